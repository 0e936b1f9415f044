import { ConnectionState } from '../execution/connection_state';
import { plainText } from '../frame/plain_text';
import { PollTrouble } from '../frame/poll_trouble';
import { ProgressBar } from '../frame/progress_bar';
import type { QuizRun, Snapshot } from './quiz_run';

const statusNames: Record<string, string> = { queued: 'Queued', processing: 'Being written', completed: 'Ready', failed: 'Failed' };

// Where the order stands, and whether the server answers.
export function QuizStatus({ now, run }: { now: Snapshot; run: QuizRun }) {
  const { task, watched, phase, trouble } = now;
  const pending = task?.is_pending === true;
  const percent = task?.status === 'completed' ? 100 : pending ? watched.view.percent : 0;
  const known = statusNames[task?.status ?? ''] ?? 'Looking it up';
  return (
    <div className="status" data-status={task?.status} data-phase={phase}>
      <ProgressBar percent={percent} />
      <p className="now">
        <span className="state" role="status">
          {phase === 'asking' ? 'Ordering' : known}
        </span>
        {task?.status === 'completed' ? <span>{task.questions_created} questions</span> : null}
        <span className="message">{pending ? plainText(watched.view.progressMessage) : ''}</span>
        {trouble ? <PollTrouble trouble={trouble} onNow={() => run.reconnect()} /> : null}
        {pending && !trouble ? <ConnectionState connection={watched.connection} reconnect={() => run.reconnect()} /> : null}
      </p>
      {now.replayed ? (
        <p className="word" role="status">
          This is the quiz that you ordered a moment ago.
        </p>
      ) : null}
    </div>
  );
}
