import { Fragment, useState } from 'react';
import { plainText } from '../frame/plain_text';
import type { LearnerShelf, Shelf } from './learner_shelf';
import type { QuizTaskDetails, QuizTaskRow } from './quiz';

const columns = ['Quiz', 'Learner', 'Owner', 'Status', 'Questions', 'Took', 'Age', ''];

function lengthOf(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}

const said = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value ?? ''));

function Details({ details }: { details: QuizTaskDetails }) {
  const { request, worker_response: response, task } = details;
  const facts: [string, unknown][] = [
    ['level', request.declared_level],
    ['goals', request.goals],
    ['profession', request.profession],
    ['practises', request.referred_frequency],
    ['motivation', request.motivation_level || ''],
    ['skills', request.weak_skills],
    ['setting', request.preferred_topics],
    ['other wishes', request.extra_instructions],
    ['error', task.error_message],
    ['writer', response?.model],
    ['not covered', response?.skills_not_covered],
    ['written in', details.processing_time_sec == null ? '' : `${details.processing_time_sec} s`],
    ['execution', details.execution_id],
  ];
  return (
    <>
      <dl>
        {facts.filter(([, value]) => said(value) !== '').map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{plainText(said(value))}</dd>
          </div>
        ))}
      </dl>
      {response ? (
        <details>
          <summary>The writer’s answer</summary>
          <pre tabIndex={0}>{plainText(JSON.stringify(response, null, 2))}</pre>
        </details>
      ) : null}
    </>
  );
}

interface RowProps {
  row: QuizTaskRow;
  current: boolean;
  details: QuizTaskDetails | undefined;
  onDetails: () => void;
}

function Row({ row, current, details, onDetails }: RowProps) {
  const [open, setOpen] = useState(false);
  const id = `details-${row.task_id}`;
  const toggle = () => {
    if (!open) onDetails();
    setOpen(!open);
  };
  return (
    <Fragment>
      <tr data-task={row.task_id} data-status={row.status}>
        <td>
          <a href={`#${row.task_id}`} aria-current={current ? 'page' : undefined}>
            {row.task_id}
          </a>
        </td>
        <td>{plainText(row.username)}</td>
        <td>{plainText(row.owner)}</td>
        <td className="status-name">{row.status}</td>
        <td className="number">
          {row.questions_created}/{row.quiz_size_requested}
        </td>
        <td className="number">{row.duration_seconds == null ? '…' : lengthOf(row.duration_seconds)}</td>
        <td className="number">{lengthOf(row.age)}</td>
        <td>
          <button type="button" className="quiet" aria-expanded={open} aria-controls={id} aria-label={`Details of ${row.task_id}`} onClick={toggle}>
            Details
          </button>
        </td>
      </tr>
      {open ? (
        <tr className="details" id={id}>
          <td colSpan={columns.length}>{details ? <Details details={details} /> : '…'}</td>
        </tr>
      ) : null}
    </Fragment>
  );
}

// All quizzes, for whoever may see them.
export function TaskTable({ shelf, known, taskId }: { shelf: LearnerShelf; known: Shelf; taskId: string }) {
  if (!known.tasks || known.tasks.length === 0) return null;
  return (
    <section className="table" aria-labelledby="table-heading">
      <h2 id="table-heading">All quizzes</h2>
      <div className="scroll" tabIndex={0} role="group" aria-labelledby="table-heading">
        <table>
          <thead>
            <tr>
              {columns.map((name) => (
                <th key={name} scope="col">
                  {name || <span className="unseen">Details</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {known.tasks.map((row) => (
              <Row
                key={row.task_id}
                row={row}
                current={row.task_id === taskId}
                details={known.details[row.task_id]}
                onDetails={() => shelf.loadDetails(row.task_id)}
              />
            ))}
          </tbody>
        </table>
      </div>
      <p className="about">
        <button type="button" className="quiet" onClick={() => shelf.loadTasks()}>
          Refresh
        </button>
        {known.more ? (
          <button type="button" className="quiet" onClick={() => shelf.loadMoreTasks()}>
            Older
          </button>
        ) : null}
      </p>
    </section>
  );
}
