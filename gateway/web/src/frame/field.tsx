import type { ReactNode } from 'react';

export function Problem({ name, said }: { name: string; said: string }) {
  return said ? (
    <p className="violation" id={`${name}-problem`} role="alert">
      {said}
    </p>
  ) : null;
}

// The attributes that tie a control to what is wrong with it.
export const tiedTo = (name: string, said: string) => (said ? { 'aria-invalid': true, 'aria-describedby': `${name}-problem` } : {});

interface Props {
  name: string; // also the id
  label: string;
  optional?: boolean;
  rows?: number; // several lines of text
  numbers?: boolean; // of digits
  placeholder?: string;
  list?: readonly string[]; // suggestions
  value: string;
  problem: string;
  onChange: (value: string) => void;
}

// A labelled field of text with what is wrong with it.
export function TextField({ name, label, optional, rows, numbers, placeholder, list, value, problem, onChange }: Props) {
  const shared = {
    id: name,
    name,
    placeholder,
    value,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
    ...tiedTo(name, problem),
  };
  return (
    <div className="field">
      <label htmlFor={name}>
        {label}
        {optional ? (
          <>
            {' '}
            <span className="optional">optional</span>
          </>
        ) : null}
      </label>
      {rows ? (
        <textarea rows={rows} {...shared} />
      ) : (
        <input type="text" autoComplete="off" inputMode={numbers ? 'numeric' : 'text'} list={list ? `${name}-list` : undefined} {...shared} />
      )}
      {list ? (
        <datalist id={`${name}-list`}>
          {list.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      ) : null}
      <Problem name={name} said={problem} />
    </div>
  );
}

interface PillsProps {
  name: string;
  legend: ReactNode;
  options: readonly (readonly [value: string, label: string])[];
  value: string;
  problem?: string;
  onChange: (value: string) => void;
}

// One of a few, as radio buttons that look like pills.
export function Pills({ name, legend, options, value, problem = '', onChange }: PillsProps) {
  return (
    <fieldset className="field" {...tiedTo(name, problem)}>
      <legend>{legend}</legend>
      <div className="choices">
        {options.map(([one, label]) => (
          <label key={one} className="choice">
            <input type="radio" name={name} value={one} checked={value === one} onChange={() => onChange(one)} />
            <span>{label}</span>
          </label>
        ))}
      </div>
      <Problem name={name} said={problem} />
    </fieldset>
  );
}
