import { useRef, type FormEvent } from 'react';
import { TextField } from '../frame/field';
import { plainText } from '../frame/plain_text';
import { problemOf, useFocusOnViolation } from '../frame/violations';
import type { Violation } from '../server/call';
import { wording, type Topic, type TopicRequest } from './blueprint';

interface Props {
  topic: Topic | null; // the chosen one; none: a new one is made
  choosing: boolean; // one is chosen, and is being read
  draft: TopicRequest;
  busy: boolean;
  generating: boolean;
  violations: readonly Violation[];
  onChange: (draft: TopicRequest) => void;
  onGenerate: () => void;
}

export function TopicForm({ topic, choosing, draft, busy, generating, violations, onChange, onGenerate }: Props) {
  const form = useRef<HTMLFormElement>(null);
  useFocusOnViolation(form, wording.fields, violations);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) onGenerate();
  };
  const of = (name: keyof TopicRequest) => ({
    name,
    value: draft[name],
    problem: problemOf(violations, name),
    onChange: (value: string) => onChange({ ...draft, [name]: value }),
  });

  return (
    <form className="ask" ref={form} onSubmit={submit} noValidate>
      <h1>Plan what to learn</h1>
      <p className="lead">A blueprint says what learners of a topic shall be able to do, and the steps that lead there.</p>
      {choosing ? (
        <div className="topic">
          <p className="label">Topic</p>
          <h2>{plainText(topic?.title ?? '') || '\u00a0'}</h2>
          {topic?.description ? <p>{plainText(topic.description)}</p> : null}
        </div>
      ) : (
        <>
          <TextField label="Topic" placeholder="Version control" {...of('title')} />
          <TextField label="Description" optional rows={3} placeholder="For whom, and what belongs to it" {...of('description')} />
        </>
      )}
      <button type="submit" className="primary" disabled={busy}>
        {generating ? 'Generating …' : 'Generate blueprint'}
      </button>
    </form>
  );
}
