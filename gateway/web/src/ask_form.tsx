import { useEffect, useRef, type FormEvent } from 'react';
import type { Violation } from './api';
import type { PoemRequest } from './idempotency_key';

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

const fields = ['title', 'description', 'form'] as const;
type Field = (typeof fields)[number];

// The server says what a field "must" be; here it stands alone and is made a sentence.
const sentence = (field: Field, said: string): string => `${said.startsWith('must') ? `The ${field} ` : ''}${said}`;

export function AskForm({ draft, busy, violations, onChange, onWrite }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const said = (field: Field): string =>
    violations.filter((violation) => violation.field === field).map(({ description }) => sentence(field, description)).join(' ');

  useEffect(() => {
    const first = fields.find((field) => violations.some((violation) => violation.field === field));
    if (first) form.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus();
  }, [violations]);

  const problem = (field: Field) =>
    said(field) ? (
      <p className="violation" id={`${field}-problem`} role="alert">
        {said(field)}
      </p>
    ) : null;
  const problemOf = (field: Field) => (said(field) ? { 'aria-invalid': true, 'aria-describedby': `${field}-problem` } : {});
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) onWrite();
  };

  return (
    <form className="ask" ref={form} onSubmit={submit} noValidate>
      <h1>Write a poem</h1>
      <p className="lead">Name a subject. The verse appears line by line while it is written.</p>

      <div className="field">
        <label htmlFor="title">Title</label>
        <input
          id="title"
          name="title"
          type="text"
          autoComplete="off"
          placeholder="Autumn rain"
          value={draft.title}
          onChange={(event) => onChange({ ...draft, title: event.target.value })}
          {...problemOf('title')}
        />
        {problem('title')}
      </div>

      <div className="field">
        <label htmlFor="description">
          Description <span className="optional">optional</span>
        </label>
        <textarea
          id="description"
          name="description"
          rows={3}
          placeholder="What should occur in it"
          value={draft.description}
          onChange={(event) => onChange({ ...draft, description: event.target.value })}
          {...problemOf('description')}
        />
        {problem('description')}
      </div>

      <fieldset className="field" {...problemOf('form')}>
        <legend>Form</legend>
        <div className="choices">
          {forms.map(([value, name]) => (
            <label key={name} className="choice">
              <input
                type="radio"
                name="form"
                value={value}
                checked={draft.form === value}
                onChange={() => onChange({ ...draft, form: value })}
              />
              <span>{name}</span>
            </label>
          ))}
        </div>
        {problem('form')}
      </fieldset>

      <button type="submit" className="primary" disabled={busy}>
        {busy ? 'Writing …' : 'Write poem'}
      </button>
    </form>
  );
}
