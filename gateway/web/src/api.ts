import type { PoemRequest } from './idempotency_key';

export const finalStates = ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED', 'TIMED_OUT'] as const;
const openStates = ['CREATED', 'QUEUED', 'RUNNING', 'CANCELLING'] as const;
export type State = (typeof finalStates)[number] | (typeof openStates)[number];

export const isFinal = (state: string): boolean => (finalStates as readonly string[]).includes(state);
export const isGood = (state: string): boolean => state === 'COMPLETED' || state === 'COMPLETED_WITH_ERRORS';

export interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly retryable: boolean;
}

export interface Progress {
  readonly percent: number;
  readonly message: string;
}

export interface Poem {
  readonly title: string;
  readonly stanzas: readonly { readonly lines: readonly string[] }[];
  readonly form: string;
  readonly model: string;
}

export interface Execution {
  readonly id: string;
  readonly flow: string;
  readonly state: State;
  readonly input: Partial<PoemRequest> | null;
  readonly output: Poem | null;
  readonly failure: Failure | null;
  readonly progress: Progress | null;
  readonly blocked_on: { readonly reason: string; readonly message: string } | null;
  readonly last_seq: string;
}

export interface Violation {
  readonly field: string;
  readonly description: string;
}

interface ErrorBody {
  readonly message?: string;
  readonly details?: readonly {
    readonly reason?: string;
    readonly field_violations?: readonly Violation[];
  }[];
}

// What went wrong with a call. `status` is HTTP's, 0 = no answer came.
export class CallError extends Error {
  readonly reason: string;
  readonly violations: readonly Violation[];

  constructor(
    readonly status: number,
    body: ErrorBody,
    readonly retryAfterMs = 0,
  ) {
    super(body.message ?? '');
    this.reason = body.details?.find((detail) => detail.reason)?.reason ?? '';
    this.violations = body.details?.flatMap((detail) => detail.field_violations ?? []) ?? [];
  }

  // The call may have taken effect all the same, or will when it is repeated as it is.
  get outcomeUnknown(): boolean {
    return [0, 401, 408, 429].includes(this.status) || this.status >= 500;
  }
}

const answerTimeMs = 30_000;
const mostRetryAfterMs = 60_000;

function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(mostRetryAfterMs, seconds * 1000) : 0;
}

async function call(method: string, path: string, token: string, init: { body?: unknown; headers?: Record<string, string> } = {}) {
  const headers: Record<string, string> = { accept: 'application/json', ...init.headers };
  if (token) headers['authorization'] = `Bearer ${token}`;
  const request: RequestInit = { method, headers, cache: 'no-store', signal: AbortSignal.timeout(answerTimeMs) };
  if (init.body !== undefined) {
    headers['content-type'] = 'application/json';
    request.body = JSON.stringify(init.body);
  }
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, request);
    text = await response.text();
  } catch {
    throw new CallError(0, {});
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = null;
  }
  if (!response.ok) throw new CallError(response.status, (body ?? {}) as ErrorBody, retryAfterMs(response));
  if (body === null) throw new CallError(502, {});
  return { execution: body as Execution, replayed: response.headers.get('idempotency-replayed') === 'true' };
}

const flows = '/api/flows/executions';
const pathOf = (id: string): string => `${flows}/${encodeURIComponent(id)}`;

// The same key again gives the same execution; `replayed` says so.
export function createPoem(request: PoemRequest, key: string, token: string) {
  const input = { title: request.title, description: request.description, form: request.form };
  return call('POST', flows, token, { body: { flow: 'poem', input }, headers: { 'idempotency-key': key } });
}

export const startExecution = async (id: string, token: string): Promise<Execution> =>
  (await call('POST', `${pathOf(id)}/start`, token)).execution;

export const getExecution = async (id: string, token: string): Promise<Execution> =>
  (await call('GET', pathOf(id), token)).execution;

export const cancelExecution = async (id: string, token: string): Promise<Execution> =>
  (await call('POST', `/v1/executions/${encodeURIComponent(id)}:cancel`, token, { body: {} })).execution;

export function eventsUrl(id: string, after: number): string {
  const url = new URL(`${pathOf(id)}/logs/ws?after=${after}`, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  return url.href;
}
