import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CallError } from '../../src/server/call';
import { StatusPoll } from '../../src/server/status_poll';

let asks: number[]; // when, in ms from the begin
let answers: (string | CallError)[]; // what comes next; the last one again and again
let told: string[];
let begin: number;
let goOn: boolean;

const poll = () =>
  new StatusPoll<string>({
    ask: async () => {
      asks.push(Date.now() - begin);
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? '';
      if (answer instanceof CallError) throw answer;
      return answer;
    },
    answered: (status) => {
      told.push(status);
      return goOn;
    },
    failed: (error, { failures, untilMs }) => {
      told.push(`${(error as CallError).status} ${failures} ${untilMs - Date.now()}`);
      return goOn;
    },
  });

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(1);
  begin = Date.now();
  [asks, answers, told, goOn] = [[], ['fine'], [], true];
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('it asks at once and five seconds after each answer', async () => {
  poll().begin();
  await vi.advanceTimersByTimeAsync(12_000);
  expect(asks).toEqual([0, 5_000, 10_000]);
});

test('failures are counted and followed by ever longer waits; an answer ends both', async () => {
  const down = new CallError(0, {});
  answers = [down, down, down, down, down, down, 'fine', down, 'fine'];
  poll().begin();
  await vi.advanceTimersByTimeAsync(32_000);
  expect(told).toEqual(['0 1 500', '0 2 1000', '0 3 2000', '0 4 4000', '0 5 8000', '0 6 10000', 'fine', '0 1 500', 'fine']);
  expect(asks).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 25_500, 30_500, 31_000]);
});

test('no call comes before the server wants it', async () => {
  answers = [new CallError(429, {}, 12_000), 'fine'];
  const polling = poll();
  polling.begin();
  await vi.advanceTimersByTimeAsync(6_000);
  polling.soon();
  await vi.advanceTimersByTimeAsync(5_999);
  expect(asks).toEqual([0]);
  await vi.advanceTimersByTimeAsync(1);
  expect(asks).toEqual([0, 12_000]);
});

test('a reason to ask while an answer is under way makes it ask once more', async () => {
  const polling = poll();
  polling.begin();
  vi.advanceTimersByTime(0);
  polling.soon();
  await vi.advanceTimersByTimeAsync(4_999);
  expect(asks).toEqual([0, 0]);
});

test('told that it is enough, it stops; an answer after the stop is nobody’s', async () => {
  goOn = false;
  const polling = poll();
  polling.begin();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asks.length).toBe(1);
  polling.soon();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asks.length).toBe(1);

  polling.begin();
  vi.advanceTimersByTime(0); // asked, not yet answered
  polling.stop();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asks.length).toBe(2);
  expect(told).toEqual(['fine']);
  expect(vi.getTimerCount()).toBe(0);
});
