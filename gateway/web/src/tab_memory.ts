import type { PoemRequest } from './idempotency_key';

// What this tab must still know after a reload. Without storage (a browser may refuse it) it is forgotten, nothing breaks.
// Executions are kept in the address: `#<id>`.

// A poem that was asked for and not yet known to have begun. Asking with the same key again is safe.
export interface Pending {
  readonly key: string;
  readonly request: PoemRequest;
}

const pendingName = 'flowmesh.pending';
const tokenName = 'flowmesh.token';

function read(name: string): string {
  try {
    return sessionStorage.getItem(name) ?? '';
  } catch {
    return '';
  }
}

function write(name: string, value: string): void {
  try {
    if (value) sessionStorage.setItem(name, value);
    else sessionStorage.removeItem(name);
  } catch {
    // refused
  }
}

export function readPending(): Pending | null {
  try {
    return JSON.parse(read(pendingName)) as Pending;
  } catch {
    return null;
  }
}

export const writePending = (pending: Pending | null): void => write(pendingName, pending ? JSON.stringify(pending) : '');

export const readToken = (): string => read(tokenName);
export const writeToken = (token: string): void => write(tokenName, token.trim());

export const idInAddress = (): string => /^#([0-9a-f-]{36})$/.exec(window.location.hash)?.[1] ?? '';

export function putIdInAddress(id: string): void {
  if (idInAddress() === id) return;
  window.history.pushState(null, '', id ? `#${id}` : window.location.pathname);
}
