import { isFinal, type Failure, type State } from './executions';
import type { Event, Level } from './events';
import { emptyText, foldChunk, type FoldedText } from './output_fold';

export interface LogEntry {
  readonly seq: number;
  readonly time: string;
  readonly level: Level;
  readonly message: string;
}

// What the events of one execution add up to.
export interface RunView {
  readonly lastSeq: number;
  readonly state: State | '';
  readonly failure: Failure | null;
  readonly percent: number;
  readonly progressMessage: string;
  readonly counters: Readonly<Record<string, number>>; // of the newest progress
  readonly logs: readonly LogEntry[];
  readonly logsDropped: number; // the oldest ones, beyond mostLogs
  readonly verse: FoldedText;
  readonly attempt: number;
}

export const mostLogs = 500;

export const emptyView: RunView = {
  lastSeq: 0,
  state: '',
  failure: null,
  percent: 0,
  progressMessage: '',
  counters: {},
  logs: [],
  logsDropped: 0,
  verse: emptyText,
  attempt: 0,
};

// Events between the last one and this one are missing: the stream must be opened again after the last one.
export class GapError extends Error {}

// An event that was seen before changes nothing. Throws GapError, or FoldError for output that does not fit.
export function applyEvent(view: RunView, event: Event): RunView {
  if (event.seq <= view.lastSeq) return view;
  if (event.seq !== view.lastSeq + 1) throw new GapError(`event ${event.seq} came after ${view.lastSeq}`);
  const next = { ...view, lastSeq: event.seq, attempt: Math.max(view.attempt, event.attempt) };
  if (event.log) {
    const { level, message } = event.log;
    const logs = [...view.logs, { seq: event.seq, time: event.time, level, message }];
    const surplus = Math.max(0, logs.length - mostLogs);
    return { ...next, logs: logs.slice(surplus), logsDropped: view.logsDropped + surplus };
  }
  if (event.output?.text !== undefined && event.task === 0 && event.output.stream === '') {
    return { ...next, verse: foldChunk(view.verse, event.output.offset, event.output.text) };
  }
  if (event.progress) {
    const { percent, message, counters = {} } = event.progress;
    return { ...next, percent, progressMessage: message, counters };
  }
  if (event.state) return { ...next, state: event.state.state, failure: event.state.failure };
  return next;
}

export const hasEnded = (view: RunView): boolean => isFinal(view.state);
