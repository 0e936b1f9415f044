// What a worker says about an attempt that is not its own any more: every kind of entry is refused and changes nothing. The workers
// are played by the case itself, so that each stale entry is sent on purpose.
import { randomBytes } from 'node:crypto';
import { assert, checkEvents, test } from '../harness.mjs';
import { word } from '../client.mjs';
import { RawWorker, WORD, descriptorsOfWord } from '../raw_worker.mjs';

const typeOf = (name, kind) => ({ name, kind, input_type: WORD, output_type: WORD, flow: true, retry: { initial: { seconds: 0, nanos: 1_000_000 } } });

function helloOf(name) {
  return {
    worker: name,
    worker_id: randomBytes(16).toString('hex'),
    types: [typeOf('errand', 'FUNCTION'), typeOf('journey', 'FLOW')],
    capacity: { slots: 4, flows: 4 },
    descriptors: descriptorsOfWord(),
  };
}

const failure = { reason: 'ZOMBIE', message: 'it should not be heard', retryable: true };
const event = (kind, value) => ({ events: { events: [{ [kind]: value }] } });

// One of each kind of thing that a worker may say of an attempt.
const ofAnyAttempt = {
  'a log line': event('log', { level: 'ERROR', message: 'from the grave' }),
  output: event('output', { offset: 0, text: 'from the grave' }),
  'output far beyond the end': event('output', { offset: 1_000, text: 'from the grave' }),
  progress: event('progress', { percent: 99, message: 'from the grave' }),
  usage: event('usage', { provider: 'grave', model: 'stone', cost: 1 }),
  'a result': { finished: { output: word('from the grave') } },
  'a result to come from outside': { finished: { external: { token: 'a-token-from-the-grave-0123456789', output_type: WORD } } },
  'a failure': { failed: { failure } },
  'a final failure': { failed: { failure: { ...failure, retryable: false } } },
  'that it was cancelled': { failed: { failure, cancelled: true } },
  'that it gives the work back': { failed: { failure, returned: true } },
};
const ofFlowsAlone = {
  'a call': { call: { key: 'stale', task: { type: 'errand', input: word('stale') } } },
  'a call under a key that exists': { call: { key: 'first', task: { type: 'errand', input: word('stale') } } },
  'a sleep': { call: { key: 'stale', sleep: { seconds: 1 } } },
  'a wait for a signal': { call: { key: 'stale', signal: 'word' } },
  'a wait for somebody outside': { call: { key: 'stale', external: { token: 'another-token-from-the-grave-0123', output_type: WORD } } },
  'a step': { step: { key: 'stale', output: word('stale') } },
  'a step that was recorded': { step: { key: 'packed', output: word('otherwise') } },
  'that it only waits': { parked: { last_record: 1 } },
};

async function startMesh(t) {
  const server = await t.mesh.server({ keysFile: t.keysFile, args: ['--grace', '300ms', '--keepalive', '1s'] });
  const token = await t.token('worker', 'worker');
  const raw = () => {
    const worker = new RawWorker(server.address, token);
    t.atEnd(() => worker.cut());
    return worker;
  };
  const client = t.client(server, await t.token('ada'));
  const create = (flow) => client.CreateExecution({ flow, start: true, input: word('north') });
  // Everything that can be read of an execution.
  const everything = async (id) => {
    const [execution, tasks, events] = [await client.GetExecution({ id }), await client.tasks(id), await client.tail({ execution_id: id, follow: false })];
    return { execution, tasks, events };
  };
  return { server, raw, client, create, everything };
}

// `worker` says each of the entries of this attempt: every one is answered with `fenced`, and nothing has changed. A number that the
// attempt has `applied` already, whoever holds it, is answered with `ack`, and nothing has changed either.
async function checkRefused(worker, attempt, entries, read, applied = 0) {
  const before = await read();
  let number = applied + 1;
  for (const [what, entry] of Object.entries(entries)) {
    for (const at of [applied + 1, ++number, 1]) {
      worker.send({ attempt, number: at, ...entry });
      const answer = await worker.next(at > applied ? 'fenced' : 'ack');
      assert.deepEqual(answer.attempt, attempt, what);
    }
    assert.deepEqual(await read(), before, `${what} of ${attempt.task}/${attempt.attempt} changed something`);
  }
}

test('a zombie whose function was given to another worker is refused, whatever it says and however often', async (t) => {
  const { raw, create, everything } = await startMesh(t);
  const hello = helloOf('zombie');
  const alive = raw();
  await alive.attach(hello);
  const { id } = await create('errand');
  const stale = (await alive.next('assignment')).attempt;
  alive.send({ attempt: stale, number: 1, ...event('log', { message: 'on the way' }) });
  await alive.acked(1);
  alive.cut();

  const other = raw();
  await other.attach(helloOf('other'));
  const { attempt } = await other.next('assignment');
  assert.equal(attempt.attempt, stale.attempt + 1);
  other.send({ attempt, number: 1, ...event('output', { offset: 0, text: 'half of it' }) });
  await other.acked(1);

  const zombie = raw();
  const { held } = await zombie.attach({ ...hello, held: [{ attempt: stale }] });
  assert.deepEqual(held.map(({ fenced }) => fenced), [true]);
  const read = () => everything(id);
  await checkRefused(zombie, stale, ofAnyAttempt, read);
  await checkRefused(zombie, attempt, ofAnyAttempt, read, 1);  // the right attempt, in somebody else's session
  await checkRefused(zombie, { ...attempt, attempt: attempt.attempt + 1 }, ofAnyAttempt, read);  // one that nobody has yet
  await checkRefused(zombie, { ...attempt, task: 7 }, ofAnyAttempt, read);  // a task that nobody made

  other.send({ attempt, number: 2, finished: { output: word('done') } });
  await other.acked(2);
  const { execution, events } = await read();
  assert.equal(execution.state, 'COMPLETED');
  assert.equal(execution.output.value, 'done');
  checkEvents(events, { id, state: 'COMPLETED' });
  await checkRefused(zombie, stale, ofAnyAttempt, read);
});

test('a zombie whose flow was given to another worker makes no calls and no records', async (t) => {
  const { raw, client, create, everything } = await startMesh(t);
  const hello = helloOf('zombie');
  const alive = raw();
  await alive.attach(hello);
  const { id } = await create('journey');
  const stale = (await alive.next('assignment')).attempt;
  alive.send({ attempt: stale, number: 1, step: { key: 'packed', output: word('a bag') } });
  assert.equal((await alive.next('records')).records[0].number, 1);
  alive.send({ attempt: stale, number: 2, call: { key: 'first', signal: 'word' } });
  await alive.acked(2);
  alive.cut();

  const other = raw();
  await other.attach(helloOf('other'));
  const { attempt, records } = await other.next('assignment');
  assert.equal(attempt.attempt, stale.attempt + 1);
  assert.equal(records, 1);
  assert.equal((await other.next('records')).records[0].output.value, 'a bag');
  await other.next('go');

  const zombie = raw();
  assert.deepEqual((await zombie.attach({ ...hello, held: [{ attempt: stale, last_record: 1 }] })).held.map(({ fenced }) => fenced), [true]);
  const read = () => everything(id);
  for (const one of [stale, attempt]) await checkRefused(zombie, one, { ...ofAnyAttempt, ...ofFlowsAlone }, read);

  await client.SignalExecution({ id, name: 'word', payload: word('arrive') });
  const [record] = (await other.next('records')).records;
  assert.deepEqual([record.number, record.call_key, record.output.value], [2, 'first', 'arrive']);
  other.send({ attempt, number: 1, finished: { output: record.output } });
  await other.acked(1);
  const { execution, events, tasks } = await read();
  assert.equal(execution.output.value, 'arrive');
  assert.deepEqual(tasks.map(({ call_key }) => call_key), ['', 'packed', 'first']);
  checkEvents(events, { id, state: 'COMPLETED' });
  await checkRefused(zombie, stale, { ...ofAnyAttempt, ...ofFlowsAlone }, read);
});

test('what was said and acknowledged may be said again by its own worker, and is acknowledged again without effect', async (t) => {
  const { raw, create, everything } = await startMesh(t);
  const hello = helloOf('stutterer');
  const worker = raw();
  await worker.attach(hello);
  const { id } = await create('errand');
  const { attempt } = await worker.next('assignment');
  const said = { attempt, number: 1, ...event('output', { offset: 0, text: 'once' }) };
  worker.send(said);
  await worker.acked(1);
  const before = await everything(id);
  worker.send(said, said);
  await worker.acked(1);
  worker.cut();
  const again = raw();
  const { held } = await again.attach({ ...hello, held: [{ attempt }] });
  assert.deepEqual(held.map(({ acked, fenced }) => [acked, fenced]), [[1, false]]);
  again.send(said);
  await again.acked(1);
  assert.deepEqual(await everything(id), before);
  // A number that leaves one out is the worker's own fault and costs it the attempt.
  again.send({ attempt, number: 3, ...event('log', { message: 'too far' }) });
  assert.deepEqual((await again.next('fenced')).attempt, attempt);
  again.send({ attempt, number: 2, finished: { output: word('from the grave') } });
  assert.deepEqual((await again.next('fenced')).attempt, attempt);
  assert.equal((await everything(id)).execution.output, null);
});
