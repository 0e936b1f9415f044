import { post, read, type Answer } from '../server/call';

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
  readonly counters?: Readonly<Record<string, number>>;
}

export interface Execution<Input, Output> {
  readonly id: string;
  readonly flow: string;
  readonly state: State;
  readonly input: Partial<Input> | null;
  readonly output: Output | null;
  readonly failure: Failure | null;
  readonly progress: Progress | null;
  readonly blocked_on: { readonly reason: string; readonly message: string } | null;
  readonly last_seq: string;
}

const flows = '/api/flows/executions';
const pathOf = (id: string): string => `${flows}/${encodeURIComponent(id)}`;

export const createExecution = <Input, Output>(flow: string, input: Input, key: string, token: string): Promise<Answer<Execution<Input, Output>>> =>
  post(flows, token, { flow, input }, key);

export const startExecution = (id: string, token: string): Promise<unknown> => post(`${pathOf(id)}/start`, token, undefined);

export const getExecution = <Input, Output>(id: string, token: string): Promise<Execution<Input, Output>> => read(pathOf(id), token);

export const cancelExecution = (id: string, token: string): Promise<unknown> =>
  post(`/v1/executions/${encodeURIComponent(id)}:cancel`, token, {});

export function eventsUrl(id: string, after: number): string {
  const url = new URL(`${pathOf(id)}/logs/ws?after=${after}`, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  return url.href;
}
