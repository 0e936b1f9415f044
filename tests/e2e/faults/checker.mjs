// Judges a history (history.mjs) by what is there in the end: the executions, their tasks and events, and the ledger of what
// workers really computed. It looks at nothing else, no log above all.
//
// judge(history, end) gives findings [{kind, what}], one for each broken promise:
//   acked-lost       something acknowledged or shown is not there, or is not what it was
//   duplicate-effect one key has two effects, one call two outcomes, or recorded work was handed out again
//   stale-accepted   an attempt that had been replaced still had an effect
//   seq-gap, seq-duplicate   a stream does not count 1, 2, 3, ...
//   terminal         there is not exactly one final state event, or it is not the last
//   unresolved       an unknown outcome that nobody could find out by repeating the call
//   late             a call that did not end by its deadline
//   cancel-broken    an attempt that began after a cancel was acknowledged, or a success after it
//   wrong-result     an execution did not end, or not with what its input asks for
//
// end = {executions: [Execution], tasks: {id: [Task]}, events: {id: [Event]}, ledger: [line]}. An operation of the kind `create` has
// `expect`: {state?, states?, sum?, members?, words?, value?}; its execution bears the label `key`.
import { isDeepStrictEqual } from 'node:util';
import { isFinal } from '../client.mjs';

const LATE = 2_000;  // ms a call may end after its deadline, for a machine that has other things to do

// The same as a promise's bill: kinds that are printed one by one.
export const kinds = [
  'acked-lost', 'duplicate-effect', 'stale-accepted', 'seq-gap', 'seq-duplicate', 'terminal', 'unresolved', 'late', 'cancel-broken', 'wrong-result',
];

export function judge(history, end) {
  const findings = [];
  const condemn = (kind, what) => findings.push({ kind, what });
  const byId = new Map(end.executions.map((execution) => [execution.id, execution]));
  checkOperations(history, byId, condemn);
  checkKeys(end, condemn);
  const cancels = history.operations.filter(({ kind, outcome }) => kind === 'cancel' && outcome === 'ok');
  for (const execution of end.executions) {
    const events = end.events[execution.id] ?? [];
    checkStream(execution, events, condemn);
    const tasks = end.tasks[execution.id] ?? [];
    checkAttempts(execution, events, tasks, condemn);
    for (const cancel of cancels) if (cancel.execution === execution.id) checkNoNewAttempts(cancel, tasks, condemn);
    checkWork(execution, tasks, end.ledger.filter((line) => line.execution === execution.id), condemn);
  }
  for (const reader of history.readers) checkReader(reader, end.events[reader.execution] ?? [], condemn);
  return findings;
}

function checkOperations({ operations }, byId, condemn) {
  const intentions = new Map();
  for (const operation of operations) {
    const { kind, key, outcome, deadline } = operation;
    if (operation.end === undefined || operation.end > deadline + LATE) condemn('late', `${kind} ${key} did not end by its deadline`);
    const name = `${kind} ${key}`;
    intentions.set(name, [...(intentions.get(name) ?? []), operation]);
    if (outcome === 'fail' && operation.retryDelay === undefined) condemn('wrong-result', `${name} was refused: ${operation.error}`);
  }
  for (const [name, repeats] of intentions) {
    const done = repeats.filter(({ outcome }) => outcome === 'ok');
    if (done.length === 0) {
      if (repeats.some(({ outcome }) => outcome !== 'fail')) condemn('unresolved', `${name} has no known outcome after ${repeats.length} calls`);
      continue;
    }
    const check = { create: checkCreated, cancel: checkCancelled, signal: checkSignalled, complete: checkAnswered }[done[0].kind];
    check?.(name, done, byId, condemn);
  }
}

function checkCreated(name, done, byId, condemn) {
  const ids = new Set(done.map(({ answer }) => answer.id));
  if (ids.size > 1) condemn('duplicate-effect', `${name} was answered with ${[...ids].join(' and ')}`);
  for (const id of ids) if (!byId.has(id)) condemn('acked-lost', `${name}: execution ${id} is gone`);
  const execution = byId.get(done[0].answer.id);
  if (!execution) return;
  for (const { answer } of done) {
    if (!isFinal(answer.state)) continue;
    if (answer.state !== execution.state || !isDeepStrictEqual(answer.output, execution.output)) {
      condemn('acked-lost', `${name}: was ${answer.state}, is ${execution.state}, or its output has changed`);
    }
  }
  checkExpected(name, execution, done[0].expect ?? {}, condemn);
}

function checkExpected(name, execution, expect, condemn) {
  const wrong = (what) => condemn('wrong-result', `${name} (${execution.id}): ${what}`);
  const states = expect.states ?? [expect.state ?? 'COMPLETED'];
  if (!states.includes(execution.state)) return wrong(`${execution.state} instead of ${states} (${execution.failure?.message ?? ''})`);
  if (!execution.output) return;
  const { output } = execution;
  if (expect.sum !== undefined && output.sum !== expect.sum) wrong(`the sum is ${output.sum} instead of ${expect.sum}`);
  if (expect.value !== undefined && output.value !== expect.value) wrong(`the value is ${output.value} instead of ${expect.value}`);
  if (expect.members !== undefined) {
    const paths = drawsOf(output).map(({ path }) => path);
    if (paths.length !== expect.members || new Set(paths).size !== paths.length) {
      wrong(`${new Set(paths).size} of ${expect.members} pieces of work are in the result`);
    }
  }
}

// What each signal said must stand in the result once, in the order in which they were acknowledged.
function checkSignalled(name, done, byId, condemn) {
  const { execution, word, place } = done[0];
  const words = byId.get(execution)?.output?.words;
  if (!words) return;
  const times = words.filter((heard) => heard === word).length;
  if (times === 0) condemn('acked-lost', `${name}: the word ${word} was not heard`);
  if (times > 1) condemn('duplicate-effect', `${name}: the word ${word} was heard ${times} times`);
  if (times === 1 && words[place] !== word) condemn('wrong-result', `${name}: the word ${word} was heard at another place`);
}

function checkAnswered(name, done, byId, condemn) {
  const { execution, word } = done[0];
  const final = byId.get(execution);
  if (final?.output?.words?.[0] !== word) condemn('acked-lost', `${name}: answered ${word}, the result is ${JSON.stringify(final?.output?.words)}`);
}

function checkCancelled(name, done, byId, condemn) {
  const { execution } = done[0];
  const final = byId.get(execution);
  if (!final) return condemn('acked-lost', `${name}: execution ${execution} is gone`);
  const finalBefore = done[0].answer?.state;
  if (final.state !== 'CANCELLED' && !(isFinal(finalBefore ?? '') && finalBefore === final.state)) {
    condemn('cancel-broken', `${name}: the cancel was acknowledged, the execution is ${final.state}`);
  }
}

function checkKeys(end, condemn) {
  const byKey = new Map();
  for (const { id, labels } of end.executions) {
    if (!labels?.key) continue;
    if (byKey.has(labels.key)) condemn('duplicate-effect', `the key ${labels.key} made ${byKey.get(labels.key)} and ${id}`);
    byKey.set(labels.key, id);
  }
}

function checkNumbers(name, events, condemn) {
  let next = 1;
  for (const { seq } of events) {
    if (seq > next) condemn('seq-gap', `${name}: ${seq} comes after ${next - 1}`);
    if (seq < next) condemn('seq-duplicate', `${name}: ${seq} comes again after ${next - 1}`);
    next = Math.max(next, seq + 1);
  }
}

function checkStream(execution, events, condemn) {
  checkNumbers(`the events of ${execution.id}`, events, condemn);
  const finals = events.filter((event) => event.kind === 'state' && isFinal(event.state.state));
  if (!isFinal(execution.state)) {
    condemn('wrong-result', `${execution.id} (${execution.labels?.key}) did not end, it is ${execution.state}: ${execution.blocked_on?.message ?? ''}`);
    if (finals.length > 0) condemn('terminal', `${execution.id} is ${execution.state} behind a final event`);
    return;
  }
  if (finals.length !== 1) condemn('terminal', `${execution.id} has ${finals.length} final events`);
  else if (events.at(-1) !== finals[0]) condemn('terminal', `${execution.id} has events behind the final one`);
  else if (finals[0].state.state !== execution.state) condemn('terminal', `${execution.id} is ${execution.state}, its final event says ${finals[0].state.state}`);
  if (execution.last_seq !== undefined && execution.last_seq !== (events.at(-1)?.seq ?? 0)) {
    condemn('acked-lost', `${execution.id} counts ${execution.last_seq} events, ${events.length} are there`);
  }
}

// In the order of the stream no attempt of a task speaks after a newer one, no task ends twice, and none is handed out once it, or
// a cancel, has ended it.
function checkAttempts(execution, events, tasks, condemn) {
  const newest = new Map();
  const ended = new Map();
  let cancelled = false;
  const finalTask = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'TIMED_OUT']);
  for (const event of events) {
    const at = `${execution.id}, event ${event.seq}`;
    if (event.kind === 'state' && ['CANCELLING', 'CANCELLED'].includes(event.state.state)) cancelled = true;
    const { task, attempt } = event.kind === 'child' ? event.child : event;
    const known = newest.get(task) ?? 0;
    if (attempt > 0 && attempt < known) condemn('stale-accepted', `${at}: attempt ${attempt} of task ${task} spoke after attempt ${known}`);
    if (attempt > known) newest.set(task, attempt);
    if (event.kind !== 'child') {
      if (ended.has(task) && task !== 0) condemn('stale-accepted', `${at}: task ${task} spoke after it had ended`);
      continue;
    }
    const { state } = event.child;
    if (ended.has(task)) condemn('duplicate-effect', `${at}: task ${task} is ${state} after it was ${ended.get(task)}`);
    if (finalTask.has(state)) ended.set(task, state);
    if (cancelled && state === 'ASSIGNED') condemn('cancel-broken', `${at}: attempt ${attempt} of task ${task} began after the cancel`);
  }
  for (const task of tasks) {
    if (task.task !== 0 && ended.has(task.task) && ended.get(task.task) !== task.state) {
      condemn('acked-lost', `${execution.id}: task ${task.task} was ${ended.get(task.task)}, is ${task.state}`);
    }
    if ((newest.get(task.task) ?? 0) > task.attempt) {
      condemn('acked-lost', `${execution.id}: task ${task.task} is at attempt ${task.attempt}, attempt ${newest.get(task.task)} was seen`);
    }
  }
}

// `attempts` of the operation: {task: attempt} as it was read after the acknowledgement.
function checkNoNewAttempts({ key, attempts }, tasks, condemn) {
  for (const { task, attempt } of tasks) {
    const before = attempts?.[task];
    if (before !== undefined && attempt > before) {
      condemn('cancel-broken', `cancel ${key}: task ${task} went from attempt ${before} to ${attempt} after the acknowledgement`);
    }
  }
}

// What everybody drew whose work is in the result.
export function drawsOf(output) {
  if (!output) return [];
  if (output.draw) return [output.draw];
  return (output.households ?? []).flatMap(({ draws }) => draws);
}

// The task whose attempts did the work of a path: a member's own (h3/m7), the household's for a step of it (h3/s1), else the root's.
function taskOfPath(path, tasks, byKey) {
  const [household, piece] = path.split('/');
  if (!piece) return tasks[0];
  const parent = byKey.get(`0 ${household}`);
  return piece.startsWith('m') ? byKey.get(`${parent?.task} ${piece}`) : parent;
}

function checkWork(execution, tasks, ledger, condemn) {
  const starts = new Map();
  for (const line of ledger.filter(({ event }) => event === 'start')) starts.set(line.path, [...(starts.get(line.path) ?? []), line]);
  const finished = new Set(ledger.filter(({ event }) => event === 'finish').map(({ draw }) => draw));
  const byKey = new Map(tasks.map((task) => [`${task.parent ?? ''} ${task.call_key}`, task]));
  for (const [path, lines] of starts) {
    const task = taskOfPath(path, tasks, byKey);
    if (!task) continue;
    const done = new Set();
    for (const { attempt, pid } of lines) {
      if (attempt > task.attempt) condemn('stale-accepted', `${execution.id}: attempt ${attempt} of ${path} was done, the newest is ${task.attempt}`);
      if (done.has(attempt)) condemn('duplicate-effect', `${execution.id}: ${path} was done twice in attempt ${attempt}, at last by ${pid}`);
      done.add(attempt);
    }
  }
  for (const { path, number } of drawsOf(execution.output)) {
    const lines = starts.get(path) ?? [];
    const recorded = lines.find(({ draw }) => draw === number);
    if (!recorded || !finished.has(number)) {
      condemn('wrong-result', `${execution.id}: nobody did the work whose result is recorded for ${path}`);
      continue;
    }
    const task = taskOfPath(path, tasks, byKey);
    const again = lines.filter(({ attempt }) => attempt > recorded.attempt);
    for (const { attempt } of again) {
      condemn('duplicate-effect', `${execution.id}: ${path} was done again in attempt ${attempt}, its result is that of attempt ${recorded.attempt}`);
    }
    if (again.length === 0 && !path.includes('/s') && task && recorded.attempt < task.attempt) {
      condemn('stale-accepted', `${execution.id}: the result of ${path} is that of attempt ${recorded.attempt}, the newest is ${task.attempt}`);
    }
  }
}

function checkReader(reader, events, condemn) {
  checkNumbers(`a reader of ${reader.execution}`, reader.events, condemn);
  for (const event of reader.events) {
    const kept = events[event.seq - 1];
    if (!kept) condemn('acked-lost', `${reader.execution}: event ${event.seq} was shown and is gone`);
    else if (!isDeepStrictEqual(kept, event)) condemn('acked-lost', `${reader.execution}: event ${event.seq} was shown otherwise than it is`);
  }
  if (reader.ended && reader.events.length !== events.length) {
    condemn('seq-gap', `a reader of ${reader.execution} was told the end after ${reader.events.length} of ${events.length} events`);
  }
}
