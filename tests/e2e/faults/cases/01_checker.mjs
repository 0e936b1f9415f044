// The checker must acquit what keeps the promises and condemn each way to break one: every case here is a sound history with
// one thing wrong.
import { assert, test } from '../harness.mjs';
import { judge, kinds } from '../checker.mjs';

const id = 'family-1';
const state = (seq, name) => ({ execution_id: id, seq, task: 0, attempt: 0, kind: 'state', state: { state: name } });
const child = (seq, task, key, name, attempt) => ({ execution_id: id, seq, task, attempt, kind: 'child', child: { task, call_key: key, state: name, attempt } });
const log = (seq, task, attempt) => ({ execution_id: id, seq, task, attempt, kind: 'log', log: { message: `attempt ${attempt}` } });
const line = (event, path, attempt, draw, pid = 1) => ({ event, execution: id, path, attempt, draw, pid, time: 1_000 });
const call = (kind, key, outcome, rest = {}) => ({ kind, key, outcome, invoke: 100, end: 200, deadline: 1_100, ...rest });

// A household with one member, whose first attempt was lost with its worker, and one step; created by a call whose first try had an
// unknown outcome.
function sound() {
  const output = { households: [{ draws: [{ path: 'h0/m0', number: 'b' }, { path: 'h0/s0', number: 'c' }] }], sum: 0 };
  const events = [
    state(1, 'CREATED'), state(2, 'RUNNING'), child(3, 1, 'h0', 'ASSIGNED', 1), child(4, 2, 'm0', 'ASSIGNED', 1), log(5, 2, 1),
    child(6, 2, 'm0', 'ASSIGNED', 2), log(7, 2, 2), child(8, 2, 'm0', 'COMPLETED', 2), child(9, 3, 's0', 'COMPLETED', 0),
    child(10, 1, 'h0', 'COMPLETED', 1), state(11, 'COMPLETED'),
  ];
  const task = (number, parent, call_key, attempt, type) => ({ task: number, parent, call_key, attempt, type, state: 'COMPLETED' });
  const tasks = [task(0, undefined, '', 1, 'family'), task(1, 0, 'h0', 1, 'household'), task(2, 1, 'm0', 2, 'member'), task(3, 1, 's0', 0, '')];
  const ledger = [
    line('start', 'h0/m0', 1, 'a'), line('start', 'h0/m0', 2, 'b', 2), line('finish', 'h0/m0', 2, 'b', 2),
    line('start', 'h0/s0', 1, 'c'), line('finish', 'h0/s0', 1, 'c'),
  ];
  const execution = { id, state: 'COMPLETED', labels: { key: 'k' }, output, last_seq: 11 };
  return {
    history: {
      operations: [
        call('create', 'k', 'unknown', { expect: { sum: 0, members: 2 } }),
        call('create', 'k', 'ok', { expect: { sum: 0, members: 2 }, answer: { id, state: 'QUEUED' } }),
      ],
      readers: [{ execution: id, ended: true, events: events.map((event) => structuredClone(event)) }],
    },
    end: { executions: [execution], tasks: { [id]: tasks }, events: { [id]: events }, ledger },
  };
}

// One that was cancelled.
function soundlyCancelled() {
  const { history, end } = sound();
  const events = [state(1, 'CREATED'), state(2, 'RUNNING'), child(3, 1, 'h0', 'ASSIGNED', 1), state(4, 'CANCELLING'), child(5, 1, 'h0', 'CANCELLED', 1), state(6, 'CANCELLED')];
  Object.assign(end.executions[0], { state: 'CANCELLED', output: null, last_seq: 6 });
  Object.assign(end, { events: { [id]: events }, ledger: [] });
  end.tasks[id] = end.tasks[id].slice(0, 2);
  end.tasks[id][1].state = 'CANCELLED';
  history.operations[1].expect = { state: 'CANCELLED' };
  history.operations.push(call('cancel', 'k', 'ok', { execution: id, answer: { state: 'CANCELLING' }, attempts: { 0: 1, 1: 1 } }));
  history.readers = [];
  return { history, end };
}

// A flow that heard two signals.
function soundlySignalled() {
  const { history, end } = sound();
  const events = [state(1, 'RUNNING'), state(2, 'COMPLETED')];
  end.executions[0] = { id, state: 'COMPLETED', labels: { key: 'k' }, output: { words: ['one', 'two'] }, last_seq: 2 };
  Object.assign(end, { events: { [id]: events }, tasks: { [id]: [] }, ledger: [] });
  history.operations[1].expect = {};
  for (const [place, word] of ['one', 'two'].entries()) history.operations.push(call('signal', word, 'ok', { execution: id, word, place }));
  history.readers = [];
  return { history, end };
}

const renumber = (events) => events.forEach((event, i) => (event.seq = i + 1));
const execution = ({ end }) => end.executions[0];
const events = ({ end }) => end.events[id];

// [what is wrong, the kind it must be condemned as, how to do it, to which history]
const crimes = [
  ['an acknowledged execution is gone', 'acked-lost', (it) => { it.end.executions = []; }],
  ['an event that was shown is gone', 'acked-lost', (it) => { it.history.readers[0].events.push(log(12, 0, 1)); }],
  ['an event that was shown has changed', 'acked-lost', (it) => { it.history.readers[0].events[4].log.message = 'other'; }],
  ['a final state has changed', 'acked-lost', (it) => { it.history.operations[1].answer = { id, state: 'FAILED', output: null }; }],
  ['an output has changed', 'acked-lost', (it) => { it.history.operations[1].answer = { id, state: 'COMPLETED', output: { sum: 1 } }; }],
  ['a task has lost its end', 'acked-lost', (it) => { it.end.tasks[id][2].state = 'READY'; }],
  ['a task has lost an attempt', 'acked-lost', (it) => { it.end.tasks[id][1].attempt = 0; }],
  ['the head counts more events than are there', 'acked-lost', (it) => { execution(it).last_seq = 12; }],
  ['an acknowledged signal was not heard', 'acked-lost', (it) => { execution(it).output.words = ['one']; }, soundlySignalled],
  ['a signal was heard twice', 'duplicate-effect', (it) => { execution(it).output.words = ['one', 'two', 'two']; }, soundlySignalled],
  ['an answer from outside is not the result', 'acked-lost', (it) => {
    it.history.operations.push(call('complete', 'token', 'ok', { execution: id, word: 'three' }));
  }, soundlySignalled],
  ['a key was answered with two executions', 'duplicate-effect', (it) => { it.history.operations[0] = call('create', 'k', 'ok', { answer: { id: 'other', state: 'QUEUED' } }); }],
  ['a key made two executions, one of which nobody was told of', 'duplicate-effect', (it) => {
    it.end.executions.push({ ...execution(it), id: 'other' });
    it.end.events.other = events(it);
    it.end.tasks.other = it.end.tasks[id];
  }],
  ['a member was done again after its result was recorded', 'duplicate-effect', (it) => {
    it.end.ledger.push(line('start', 'h0/m0', 3, 'd'));
    it.end.tasks[id][2].attempt = 3;
  }],
  ['a step was done again after its result was recorded', 'duplicate-effect', (it) => {
    it.end.ledger.push(line('start', 'h0/s0', 2, 'd'));
    it.end.tasks[id][1].attempt = 2;
  }],
  ['one attempt was done by two', 'duplicate-effect', (it) => { it.end.ledger.push(line('start', 'h0/m0', 1, 'd', 3)); }],
  ['a task ended twice', 'duplicate-effect', (it) => {
    events(it).splice(8, 0, child(0, 2, 'm0', 'COMPLETED', 2));
    renumber(events(it));
  }],
  ['an attempt spoke after the next one had begun', 'stale-accepted', (it) => { events(it)[6].attempt = 1; }],
  ['a task spoke after its end', 'stale-accepted', (it) => { events(it)[8] = log(9, 2, 2); }],
  ['the result of an attempt that was replaced was taken', 'stale-accepted', (it) => {
    it.end.ledger.push(line('finish', 'h0/m0', 1, 'a'));
    it.end.ledger.splice(1, 2);
    execution(it).output.households[0].draws[0].number = 'a';
  }],
  ['work was done in an attempt that nobody handed out', 'stale-accepted', (it) => { it.end.ledger.push(line('start', 'h0/m0', 9, 'd')); }],
  ['a stream leaves a number out', 'seq-gap', (it) => { events(it)[10].seq = 12; }],
  ['a reader missed an event', 'seq-gap', (it) => { it.history.readers[0].events.splice(3, 1); }],
  ['a reader was sent home early', 'seq-gap', (it) => { it.history.readers[0].events.pop(); }],
  ['a stream has a number twice', 'seq-duplicate', (it) => { events(it)[10].seq = 10; }],
  ['a reader got an event twice', 'seq-duplicate', (it) => { it.history.readers[0].events.splice(3, 0, it.history.readers[0].events[3]); }],
  ['a stream ends without a final state', 'terminal', (it) => { events(it).pop(); }],
  ['a stream has two final states', 'terminal', (it) => { events(it).push(state(12, 'COMPLETED')); }],
  ['something comes after the final state', 'terminal', (it) => { events(it).push(log(12, 0, 1)); }],
  ['the final state of the stream is another one', 'terminal', (it) => { events(it)[10].state.state = 'FAILED'; }],
  ['an execution has a final event and goes on', 'terminal', (it) => { execution(it).state = 'RUNNING'; }],
  ['an unknown outcome stays unknown', 'unresolved', (it) => { it.history.operations.push(call('signal', 's', 'unknown', { execution: id })); }],
  ['a call ended long after its deadline', 'late', (it) => { it.history.operations[0].end = 9_000; }],
  ['a call never ended', 'late', (it) => { it.history.operations[0].end = undefined; }],
  ['a cancelled execution completed', 'cancel-broken', (it) => { it.history.operations.push(call('cancel', 'k', 'ok', { execution: id, answer: { state: 'CANCELLING' } })); }],
  ['an attempt began after the cancel in the stream', 'cancel-broken', (it) => {
    events(it).splice(4, 0, child(0, 1, 'h0', 'ASSIGNED', 1));
    renumber(events(it));
    execution(it).last_seq = 7;
  }, soundlyCancelled],
  ['an attempt began after the cancel was acknowledged', 'cancel-broken', (it) => { it.end.tasks[id][0].attempt = 2; }, soundlyCancelled],
  ['an execution did not end', 'wrong-result', (it) => { execution(it).state = 'RUNNING'; events(it).pop(); }],
  ['the sum is wrong', 'wrong-result', (it) => { execution(it).output.sum = 1; }],
  ['a member is missing in the result', 'wrong-result', (it) => { execution(it).output.households[0].draws.pop(); }],
  ['a result is recorded that nobody worked out', 'wrong-result', (it) => { execution(it).output.households[0].draws[0].number = 'e'; }],
  ['a result is recorded of work that was not ended', 'wrong-result', (it) => { it.end.ledger.splice(2, 1); }],
  ['an execution failed that should not', 'wrong-result', (it) => { execution(it).state = 'FAILED'; events(it)[10].state.state = 'FAILED'; }],
  ['signals were heard in another order', 'wrong-result', (it) => { execution(it).output.words.reverse(); }, soundlySignalled],
  ['a call was refused', 'wrong-result', (it) => { it.history.operations.push(call('signal', 's', 'fail', { error: 'NOT_FOUND' })); }],
];

test('the checker acquits sound histories', () => {
  for (const make of [sound, soundlyCancelled, soundlySignalled]) {
    const { history, end } = make();
    assert.deepEqual(judge(history, end), [], make.name);
  }
});

test('the checker condemns each way to break a promise', () => {
  for (const [crime, kind, commit, make = sound] of crimes) {
    const it = make();
    commit(it);
    const findings = judge(it.history, it.end);
    assert.ok(findings.some((finding) => finding.kind === kind), `${crime} is not ${kind}: ${JSON.stringify(findings)}`);
  }
  assert.deepEqual([...new Set(crimes.map(([, kind]) => kind))].sort(), [...kinds].sort(), 'a kind that nothing is condemned for');
});
