import { useEffect, type RefObject } from 'react';
import type { Violation } from '../server/call';

// The server says what a field "must" be; here it stands alone and is made a sentence.
const sentence = (field: string, said: string): string => `${said.startsWith('must') ? `The ${field.replaceAll('_', ' ')} ` : ''}${said}`;

// What is wrong with a field; empty = nothing.
export const problemOf = (violations: readonly Violation[], name: string): string =>
  violations.filter(({ field }) => field === name).map(({ field, description }) => sentence(field, description)).join(' ');

// Moves the focus to the first field of a form that something is wrong with.
export function useFocusOnViolation(form: RefObject<HTMLElement | null>, fields: readonly string[], violations: readonly Violation[]): void {
  useEffect(() => {
    const first = fields.find((field) => violations.some((violation) => violation.field === field));
    if (first) form.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus();
  }, [violations]);
}
