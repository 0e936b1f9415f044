import { useRef, type FormEvent } from 'react';
import { Problem, TextField, tiedTo } from '../frame/field';
import { plainText } from '../frame/plain_text';
import { problemOf, useFocusOnViolation } from '../frame/violations';
import type { Violation } from '../server/call';
import { offeredSkills, type OrderDraft } from './order_draft';
import { wording, type Learner } from './quiz';

interface Props {
  learners: readonly Learner[];
  draft: OrderDraft;
  busy: boolean;
  asking: boolean; // a quiz is being ordered or written
  violations: readonly Violation[];
  onChange: (draft: OrderDraft) => void;
  onOrder: () => void;
}

const levels = ['Beginner', 'Intermediate', 'Advanced'];
const frequencies = ['daily', 'twice a week', 'weekly', 'now and then'];
const seldomFields = ['goals', 'profession', 'referred_frequency', 'motivation_level', 'extra_instructions'];

function about({ declared_level, profession, goals }: Learner): string {
  return [declared_level, profession, goals].filter((word) => word !== '').join(' · ');
}

function LearnerChoice({ learners, draft, onChange }: Pick<Props, 'learners' | 'draft' | 'onChange'>) {
  if (learners.length === 0) return null;
  const chosen = learners.find(({ id }) => id === draft.userId);
  return (
    <div className="field">
      <label htmlFor="learner">Learner</label>
      <select id="learner" value={draft.userId} onChange={(event) => onChange({ ...draft, userId: Number(event.target.value) })}>
        {learners.map((learner) => (
          <option key={learner.id} value={learner.id}>
            {plainText(learner.username)}
          </option>
        ))}
        <option value={0}>A new learner</option>
      </select>
      {chosen && about(chosen) ? <p className="hint">{plainText(about(chosen))}</p> : null}
    </div>
  );
}

function Skills({ draft, problem, onChange }: Pick<Props, 'draft' | 'onChange'> & { problem: string }) {
  const toggle = (skill: string) => {
    const skills = draft.skills.includes(skill) ? draft.skills.filter((one) => one !== skill) : [...draft.skills, skill];
    onChange({ ...draft, skills });
  };
  return (
    <fieldset className="field skills" {...tiedTo('weak_skills', problem)}>
      <legend>
        What to practise <span className="optional">otherwise chosen by the level</span>
      </legend>
      <div className="choices">
        {offeredSkills.map((skill) => (
          <label key={skill} className="choice">
            <input type="checkbox" checked={draft.skills.includes(skill)} onChange={() => toggle(skill)} />
            <span>{skill}</span>
          </label>
        ))}
      </div>
      <input
        type="text"
        name="weak_skills"
        aria-label="Other skills"
        autoComplete="off"
        placeholder="others, between commas"
        value={draft.weak_skills}
        onChange={(event) => onChange({ ...draft, weak_skills: event.target.value })}
      />
      <Problem name="weak_skills" said={problem} />
    </fieldset>
  );
}

export function OrderForm({ learners, draft, busy, asking, violations, onChange, onOrder }: Props) {
  const form = useRef<HTMLFormElement>(null);
  useFocusOnViolation(form, wording.fields, violations);
  const chosen = learners.find(({ id }) => id === draft.userId);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) onOrder();
  };
  type Text = Exclude<keyof OrderDraft, 'userId' | 'skills'>;
  const of = (name: Text) => ({
    name,
    value: draft[name],
    problem: problemOf(violations, name),
    onChange: (value: string) => onChange({ ...draft, [name]: value }),
  });
  const seldomProblem = seldomFields.some((name) => problemOf(violations, name) !== '');
  const seldom = (
    <>
      <TextField label="Goals" optional placeholder={chosen?.goals || 'a job abroad'} {...of('goals')} />
      <TextField label="Profession" optional placeholder={chosen?.profession || 'nurse'} {...of('profession')} />
      <TextField label="How often they practise" optional list={frequencies} {...of('referred_frequency')} />
      <TextField label="Motivation, 1 to 10" optional numbers {...of('motivation_level')} />
      <TextField label="Other wishes" optional rows={2} {...of('extra_instructions')} />
    </>
  );

  return (
    <form className="ask" ref={form} onSubmit={submit} noValidate>
      <h1>Take a quiz</h1>
      <p className="lead">Questions made for one learner: the right level, the right skills, a setting that is theirs.</p>
      <LearnerChoice learners={learners} draft={draft} onChange={onChange} />
      {draft.userId === 0 ? <TextField label="Name" placeholder="ada" {...of('username')} /> : null}
      <TextField label="Level" optional placeholder={chosen?.declared_level || 'Intermediate'} list={levels} {...of('declared_level')} />
      <TextField label="Questions" numbers {...of('quiz_size')} />
      <Skills draft={draft} problem={problemOf(violations, 'weak_skills')} onChange={onChange} />
      <TextField label="Setting" optional placeholder="code review, a kitchen" {...of('preferred_topics')} />
      <details className="seldom" key={seldomProblem ? 'open' : 'as it is'} open={seldomProblem || undefined}>
        <summary>More about the learner</summary>
        <div>{seldom}</div>
      </details>
      <button type="submit" className="primary" disabled={busy}>
        {asking ? 'Being written …' : 'Order quiz'}
      </button>
    </form>
  );
}
