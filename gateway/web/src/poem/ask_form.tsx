import { useRef, type FormEvent } from 'react';
import { Pills, TextField } from '../frame/field';
import { problemOf, useFocusOnViolation } from '../frame/violations';
import type { Violation } from '../server/call';
import { wording } from './poem';
import type { PoemRequest } from './poem_request';

interface Props {
  draft: PoemRequest;
  busy: boolean;
  violations: readonly Violation[];
  onChange: (draft: PoemRequest) => void;
  onWrite: () => void;
}

const forms = [
  ['', 'Any'],
  ['sonnet', 'Sonnet'],
  ['ballad', 'Ballad'],
  ['limerick', 'Limerick'],
  ['haiku', 'Haiku'],
  ['couplets', 'Couplets'],
  ['free', 'Free verse'],
] as const;

export function AskForm({ draft, busy, violations, onChange, onWrite }: Props) {
  const form = useRef<HTMLFormElement>(null);
  useFocusOnViolation(form, wording.fields, violations);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) onWrite();
  };
  const of = (name: keyof PoemRequest) => ({
    name,
    value: draft[name],
    problem: problemOf(violations, name),
    onChange: (value: string) => onChange({ ...draft, [name]: value }),
  });

  return (
    <form className="ask" ref={form} onSubmit={submit} noValidate>
      <h1>Write a poem</h1>
      <p className="lead">Name a subject. The verse appears line by line while it is written.</p>
      <TextField label="Title" placeholder="Autumn rain" {...of('title')} />
      <TextField label="Description" optional rows={3} placeholder="What should occur in it" {...of('description')} />
      <Pills legend="Form" options={forms} {...of('form')} />
      <button type="submit" className="primary" disabled={busy}>
        {busy ? 'Writing …' : 'Write poem'}
      </button>
    </form>
  );
}
