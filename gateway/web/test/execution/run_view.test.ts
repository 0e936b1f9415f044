import { expect, test } from 'vitest';
import { readFrame, type Event } from '../../src/execution/events';
import { applyEvent, emptyView, GapError, hasEnded, mostLogs } from '../../src/execution/run_view';

const base = { time: '2024-01-01T00:00:00Z', task: 0, attempt: 1 };
const log = (seq: number, message = `line ${seq}`): Event => ({ ...base, seq, log: { level: 'INFO', message } });
const output = (seq: number, offset: number, text: string, more = {}): Event => ({ ...base, seq, output: { stream: '', offset, text }, ...more });

test('an event that was seen before changes nothing, a gap is refused', () => {
  const view = [log(1), log(2), log(2), log(1)].reduce(applyEvent, emptyView);
  expect(view.logs.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(applyEvent(view, log(2))).toBe(view);
  expect(() => applyEvent(view, log(4))).toThrow(GapError);
  expect(applyEvent(view, log(3)).lastSeq).toBe(3);
});

test('the verse is the main output of the root task; an attempt that begins again replaces it', () => {
  const view = [
    output(1, 0, 'First\n'),
    output(2, 6, 'Second\n'),
    output(3, 0, 'noise', { task: 2 }),
    { ...base, seq: 4, output: { stream: 'notes', offset: 0, text: 'noise' } },
    output(5, 0, 'Anew\n', { attempt: 2 }),
  ].reduce(applyEvent, emptyView);
  expect(view.verse.text).toBe('Anew\n');
  expect(view.lastSeq).toBe(5);
});

test('progress and state are the newest ones', () => {
  const view = [
    { ...base, seq: 1, state: { state: 'RUNNING', failure: null } },
    { ...base, seq: 2, progress: { percent: 50, message: 'half' } },
    { ...base, seq: 3, progress: { percent: 100, message: 'all' } },
    { ...base, seq: 4, state: { state: 'COMPLETED', failure: null } },
  ].reduce((seen, event) => applyEvent(seen, event as Event), emptyView);
  expect(view).toMatchObject({ percent: 100, progressMessage: 'all', state: 'COMPLETED' });
  expect(hasEnded(view)).toBe(true);
});

test('kinds of events that the page does not know move it on', () => {
  expect(applyEvent(emptyView, { ...base, seq: 1 }).lastSeq).toBe(1);
});

test('of a long log the oldest lines go, and are counted', () => {
  let view = emptyView;
  for (let seq = 1; seq <= mostLogs + 3; ++seq) view = applyEvent(view, log(seq));
  expect(view.logs.length).toBe(mostLogs);
  expect(view.logs[0]?.seq).toBe(4);
  expect(view.logsDropped).toBe(3);
});

test('frames are read with their 64-bit numbers, errors are told apart, the rest is refused', () => {
  const frame = readFrame('{"execution_id":"x","seq":"7","time":"t","task":0,"attempt":1,"output":{"stream":"","offset":"12","text":"é"}}');
  expect(frame).toMatchObject({ event: { seq: 7, output: { offset: 12, text: 'é' } } });
  expect(readFrame('{"error":{"code":11,"message":"beyond the head"}}')).toEqual({ error: { code: 11, message: 'beyond the head' } });
  for (const broken of ['', '{}', '{"seq":"0"}', '{"seq":"x"}', 'null']) expect(() => readFrame(broken)).toThrow();
});
