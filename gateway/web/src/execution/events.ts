import type { Failure, Progress, State } from './executions';

export type Level = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'LEVEL_UNSPECIFIED';

// One record of an execution's stream, as in protos/flowmesh/v1/log_stream.proto; 64-bit numbers have become numbers.
export interface Event {
  readonly seq: number;
  readonly time: string;
  readonly task: number;
  readonly attempt: number;
  readonly log?: { readonly level: Level; readonly message: string };
  readonly output?: { readonly stream: string; readonly offset: number; readonly text?: string };
  readonly progress?: Progress;
  readonly state?: { readonly state: State; readonly failure: Failure | null };
}

// The stream broke off with an error; `code` is gRPC's.
export interface StreamError {
  readonly code: number;
  readonly message: string;
}

type Wire = Omit<Event, 'seq' | 'output'> & {
  readonly seq: string;
  readonly output?: { readonly stream: string; readonly offset: string; readonly text?: string };
  readonly error?: StreamError;
};

// Throws for a frame that is no event and no error.
export function readFrame(text: string): { event: Event } | { error: StreamError } {
  const wire = JSON.parse(text) as Wire;
  if (wire.error) return { error: wire.error };
  const { seq, output, error: _, ...rest } = wire;
  const number = Number(seq);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`an event without a number: ${text.slice(0, 100)}`);
  const event: Event = { ...rest, seq: number };
  return { event: output ? { ...event, output: { ...output, offset: Number(output.offset) } } : event };
}
