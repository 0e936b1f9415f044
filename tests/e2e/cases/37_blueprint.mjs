// Blueprints of topics: one that is generated at a time, followed by polling and by its stream, read, cancelled, timed out.
import { assert, eventually, test } from '../harness.mjs';
import { isTime, onBothStores, postgres, refusal, serveApps, shaped } from '../apps.mjs';
import { counts, followed, progressOf, someBlueprint, statusFields, watched, withTopic } from '../blueprints.mjs';
import { HeldWorker } from '../held_worker.mjs';
import { bearer } from '../http_client.mjs';

const blueprintFields = [
  'id', 'topic_id', 'status', 'title', 'description', 'terminal_objectives_count', 'enabling_objectives_count', 'progress', 'error',
  'generation_started_at', 'generation_ended_at', 'terminal_objectives', 'execution_id',
];
const unknownId = '0192f0c4-8d1e-7001-9abc-0123456789ab';
const isActive = (answer, id) => assert.equal(refusal(answer, 400, 'GENERATION_ACTIVE').metadata.blueprint_id, id);

onBothStores('a blueprint is generated, followed and read, and every answer has the fields that were promised', async (t, store) => {
  const { apps, ada, topic, path } = await withTopic(t, store);
  const worker = await HeldWorker.attach(apps, 'blueprint');
  const made = await ada.post(`${path}/generate`);
  assert.equal(made.status, 201, made.text);
  const blueprint = shaped(made.json, blueprintFields);
  assert.match(made.headers.etag, /^"\d+-\d+"$/);
  isTime(blueprint.generation_started_at);
  assert.deepEqual({ ...blueprint, id: '', generation_started_at: '', execution_id: '' }, {
    id: '', topic_id: topic.id, status: 'generating', title: topic.title, description: '', terminal_objectives_count: 0,
    enabling_objectives_count: 0, progress: 5, error: '', generation_started_at: '', generation_ended_at: null, terminal_objectives: [],
    execution_id: '',
  });
  const own = `${path}/${blueprint.id}`;
  const status = shaped(await ada.read(`${own}/status`), statusFields);
  assert.deepEqual(status, Object.fromEntries(statusFields.map((field) => [field, blueprint[field]])));
  assert.deepEqual(await ada.read(`${own}/status/`), status);

  const work = await worker.assigned();
  assert.deepEqual([work.input.title, work.input.description], [topic.title, topic.description]);
  let { etag } = (await ada.get(own)).headers;
  for (const [terminal, enabling] of [[0, 0], [1, 3], [4, 11], [9, 30], [10, 33]]) {
    await work.progress(terminal * 9, { terminal_objectives: terminal, enabling_objectives: enabling });
    const now = await ada.read(`${own}/status`);
    assert.deepEqual([now.status, counts(now), now.progress], ['generating', [terminal, enabling], Math.min(Math.max(terminal * 10, 5), 90)]);
    assert.equal((await ada.get(own, { 'if-none-match': etag })).status, 200, 'it has changed');
    ({ etag } = (await ada.get(own)).headers);
    const unchanged = await ada.get(own, { 'if-none-match': etag });
    assert.deepEqual([unchanged.status, unchanged.text, unchanged.headers.etag], [304, '', etag]);
    assert.deepEqual((await ada.read(own)).terminal_objectives, []);
  }
  const written = someBlueprint(9, 3);
  await work.finish(written);
  const done = shaped(await ada.read(`${own}/status`), statusFields);
  assert.deepEqual([done.status, counts(done), done.progress, done.error], ['completed', [9, 27], 100, '']);
  assert.deepEqual([done.title, done.description], [written.title, written.description]);
  const answer = await ada.get(own);
  const whole = shaped(answer.json, blueprintFields);
  assert.deepEqual(whole.terminal_objectives, written.terminal_objectives);
  assert.ok(Date.parse(whole.generation_ended_at) >= Date.parse(whole.generation_started_at));
  assert.equal(whole.generation_started_at, blueprint.generation_started_at);
  assert.equal((await ada.get(own, { 'if-none-match': etag })).status, 200, 'it has changed');
  assert.equal((await ada.get(own, { 'if-none-match': answer.headers.etag })).status, 304);
  const list = shaped(await ada.read(`${path}/`), ['blueprints', 'next_page_token']);
  assert.deepEqual(list.blueprints, [{ ...whole, terminal_objectives: [] }]);
});

onBothStores('unknown topics and blueprints, those of others and of another topic are all unknown', async (t, store) => {
  const { apps, ada, path } = await withTopic(t, store);
  const bob = await apps.caller('bob');
  const other = await ada.made('/api/topics', { title: 'Another' });
  const { id } = await ada.made(`${path}/generate`);
  refusal(await ada.post(`/api/topics/${unknownId}/blueprints/generate`), 404, 'TOPIC_UNKNOWN');
  refusal(await bob.post(`${path}/generate`), 404, 'TOPIC_UNKNOWN');
  refusal(await ada.get(`/api/topics/${unknownId}/blueprints`), 404, 'TOPIC_UNKNOWN');
  for (const rest of ['', '/status', ':cancel']) {
    const call = (caller, at) => (rest === ':cancel' ? caller.post(at + rest) : caller.get(at + rest));
    refusal(await call(ada, `${path}/${unknownId}`), 404, 'BLUEPRINT_UNKNOWN');
    refusal(await call(ada, `/api/topics/${other.id}/blueprints/${id}`), 404, 'BLUEPRINT_UNKNOWN');
    refusal(await call(ada, `${path}/${other.id}`), 404, 'BLUEPRINT_UNKNOWN');
    refusal(await call(bob, `${path}/${id}`), 404, 'TOPIC_UNKNOWN');
    refusal(await call(ada, `/api/topics/${unknownId}/blueprints/${id}`), 404, 'TOPIC_UNKNOWN');
    refusal(await call(ada, `${path}/x`), 400);
    refusal(await call(ada, `/api/topics/x/blueprints/${id}`), 400);
  }
  refusal(await ada.post('/api/topics/x/blueprints/generate'), 400);
  refusal(await ada.post(`${path}/generate`, { speed: 'fast' }), 400);
  refusal(await ada.post(`${path}/generate`, '{'), 400);
  assert.equal((await apps.page.call('POST', `${path}/generate`, { body: {} })).status, 401);
  assert.deepEqual((await ada.read(`/api/topics/${other.id}/blueprints`)).blueprints, []);
  assert.equal((await ada.read(`${path}/${id}/status`)).status, 'generating');
});

onBothStores('a topic has one generation at a time; whatever its end, the next one may begin', async (t, store) => {
  const { apps, ada, path } = await withTopic(t, store);
  const other = await ada.made('/api/topics', { title: 'Another' });
  const worker = await HeldWorker.attach(apps, 'blueprint');
  const generate = async () => {
    const { id } = await ada.made(`${path}/generate`);
    isActive(await ada.post(`${path}/generate`), id);
    return { id, own: `${path}/${id}`, work: await worker.assigned() };
  };
  const ended = async (own, status) => {
    const seen = await ada.poll(`${own}/status`, (now) => now.status !== 'generating');
    assert.equal(seen.at(-1).status, status);
    return seen.at(-1);
  };
  // Another topic's does not stand in the way.
  const { own: first, work, id } = await generate();
  await ada.made(`/api/topics/${other.id}/blueprints/generate`);
  await worker.assigned();
  isActive(await ada.post(`${path}/generate`), id);
  await work.finish(someBlueprint(8, 2));
  assert.equal((await ended(first, 'completed')).progress, 100);
  assert.equal(refusal(await ada.post(`${first}:cancel`), 400, 'WRONG_STATE').metadata.state, 'COMPLETED');

  const second = await generate();
  await second.work.fail('NO_PENCIL', 'no pencil');
  const failed = await ended(second.own, 'error');
  assert.deepEqual([failed.error, failed.description, failed.progress], ['no pencil', 'no pencil', 0]);
  refusal(await ada.post(`${second.own}:cancel`), 400, 'WRONG_STATE');

  const third = await generate();
  await third.work.finish({ ...someBlueprint(8, 2), title: '' });
  assert.match((await ended(third.own, 'error')).error, /title/);
  assert.deepEqual((await ada.read(third.own)).terminal_objectives, []);

  const fourth = await generate();
  await fourth.work.progress(20, { terminal_objectives: 2, enabling_objectives: 5 });
  const cancelling = await ada.post(`${fourth.own}:cancel`, { reason: 'another plan' });
  assert.equal(cancelling.status, 200, cancelling.text);
  shaped(cancelling.json, blueprintFields);
  await fourth.work.tell({ failed: { failure: { reason: 'CANCELLED', message: 'told to stop' }, cancelled: true } });
  const cancelled = await ended(fourth.own, 'cancelled');
  assert.deepEqual([cancelled.error, cancelled.progress], ['another plan', 0]);
  assert.equal((await ada.post(`${fourth.own}:cancel`)).status, 200, 'a repeat is refused');

  const fifth = await generate();
  const { blueprints } = await ada.read(path);
  assert.deepEqual(blueprints.map((one) => [one.id, one.status]), [
    [fifth.id, 'generating'], [fourth.id, 'cancelled'], [third.id, 'error'], [second.id, 'error'], [id, 'completed'],
  ]);
  const pages = await ada.all(path, 'blueprints', 2);
  assert.deepEqual(pages.map((page) => page.map((one) => one.id)), [[fifth.id, fourth.id], [third.id, second.id], [id]]);
});

// Fifty calls at once, at all of these callers by turns: one makes the blueprint, the others hear which.
async function fiftyAtOnce(callers, path) {
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => callers[i % callers.length].post(`${path}/generate`)));
  const made = answers.filter(({ status }) => status === 201);
  assert.equal(made.length, 1, answers.map(({ status }) => status).join(' '));
  for (const answer of answers) {
    if (answer.status !== 201) isActive(answer, made[0].json.id);
  }
  for (const caller of callers) assert.equal((await caller.read(path)).blueprints[0].id, made[0].json.id);
  return made[0].json;
}

onBothStores('of fifty generations that begin at once one does, and the others name it', async (t, store) => {
  const { apps, ada, path } = await withTopic(t, store);
  const worker = await HeldWorker.attach(apps, 'blueprint');
  for (let round = 0; round < 3; ++round) {
    const { id } = await fiftyAtOnce([ada], path);
    await (await worker.assigned()).finish(someBlueprint(8, 2));
    assert.equal((await ada.read(`${path}/${id}/status`)).status, 'completed');
  }
  assert.equal((await ada.read(path)).blueprints.length, 3);
});

test('of fifty generations that begin at two servers at once one does, and the others name it', async (t) => {
  const store = await postgres();
  const { apps: here, ada, path } = await withTopic(t, store);
  const there = await serveApps(t, { store });
  const elsewhere = await there.caller('ada');
  await eventually(async () => (await elsewhere.get(path)).status === 200, 'the topic is known to both');
  const worker = await HeldWorker.attach(here, 'blueprint');
  for (let round = 0; round < 3; ++round) {
    const { id } = await fiftyAtOnce(round % 2 ? [ada, elsewhere] : [elsewhere, ada], path);
    await (await worker.assigned()).finish(someBlueprint(8, 2));
    for (const caller of [ada, elsewhere]) {
      assert.equal((await caller.poll(`${path}/${id}/status`, ({ status }) => status !== 'generating')).at(-1).status, 'completed');
    }
  }
});

onBothStores('a generation that nobody finishes in its time has timed out, without anyone asking', async (t, store) => {
  const { ada, path } = await withTopic(t, store, { args: ['--blueprint-deadline', '1s'] });
  const { id, execution_id } = await ada.made(`${path}/generate`);
  // Its stream tells of it; nobody polls.
  const events = await followed(ada, execution_id);
  assert.equal(events.at(-1).data.state.state, 'TIMED_OUT');
  const status = await ada.read(`${path}/${id}/status`);
  assert.deepEqual([status.status, status.description, status.error, status.progress], ['error', 'Generation timed out', 'Generation timed out', 0]);
  const whole = await ada.read(`${path}/${id}`);
  const took = Date.parse(whole.generation_ended_at) - Date.parse(whole.generation_started_at);
  assert.ok(took >= 1000 && took < 20_000, `${took} ms`);
  await ada.made(`${path}/generate`);
});

test('who polls a blueprint too often is told when to come again', async (t) => {
  const { ada, path } = await withTopic(t, []);
  const { id } = await ada.made(`${path}/generate`);
  await ada.pollTooOften(`${path}/${id}/status`, `${path}/${id}`);
});

onBothStores('an idempotency key begins one generation, whatever is lost', async (t, store) => {
  const { apps, ada, path } = await withTopic(t, store);
  const key = { 'idempotency-key': 'one-click' };
  const answers = await Promise.all(Array.from({ length: 8 }, () => ada.post(`${path}/generate`, {}, key)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array(7).fill(200), 201], answers[0].text);
  assert.equal(new Set(answers.map(({ json }) => json.id)).size, 1);
  for (const { status, headers } of answers) assert.equal(headers['idempotency-replayed'], status === 200 ? 'true' : undefined);
  const [{ json: { id } }] = answers;
  await apps.killed();
  const again = await apps.again();
  const worker = await HeldWorker.attach(again, 'blueprint');
  await (await worker.assigned()).finish(someBlueprint(8, 2));
  const later = await ada.post(`${path}/generate`, { idempotency_key: 'one-click' });
  assert.equal(later.status, 200);
  assert.deepEqual([later.json.id, later.json.status, later.json.progress], [id, 'completed', 100]);
  const other = await ada.made('/api/topics', { title: 'Another' });
  refusal(await ada.post(`/api/topics/${other.id}/blueprints/generate`, {}, key), 409, 'IDEMPOTENCY_KEY_REUSED');
  assert.equal((await ada.read(path)).blueprints.length, 1);
});

onBothStores('the stream of a generation tells every count, and goes on where a reader was cut off', async (t, store) => {
  const { apps, ada, path } = await withTopic(t, store);
  const worker = await HeldWorker.attach(apps, 'blueprint');
  const { execution_id } = await ada.made(`${path}/generate`);
  const work = await worker.assigned();
  const whole = followed(ada, execution_id);
  const reached = (wanted) => ({ data }) => progressOf(data)?.[0] === wanted;
  const cut = followed(ada, execution_id, { until: reached(1) });
  const headers = bearer(ada.token);
  const socket = await ada.page.socket(`/api/flows/executions/${execution_id}/logs/ws`, { headers });
  await work.progress(10, { terminal_objectives: 1, enabling_objectives: 2 });
  const seen = await cut;
  await socket.until((event) => progressOf(event)?.[0] === 1);
  socket.drop();
  for (const terminal of [2, 3, 4]) await work.progress(terminal * 10, { terminal_objectives: terminal, enabling_objectives: terminal * 2 });
  const rest = followed(ada, execution_id, { headers: { 'last-event-id': `${seen.at(-1).id}` } });
  await work.finish(someBlueprint(8, 2));
  const all = await whole;
  assert.deepEqual([...seen, ...(await rest)], all);
  assert.deepEqual(all.map(({ id }) => id), all.map((_, i) => i + 1));
  assert.deepEqual(all.map(({ data }) => progressOf(data)).filter(Boolean), [[1, 2], [2, 4], [3, 6], [4, 8], [8, 16]]);
  const again = await ada.page.socket(`/api/flows/executions/${execution_id}/logs/ws?after=${seen.at(-1).id}`, { headers });
  await again.ended;
  assert.deepEqual(again.messages, all.slice(seen.length).map(({ data }) => data));
});

onBothStores('the built-in worker writes objectives that are whole, and their counts grow while it does', async (t, store) => {
  const { apps, ada, topic, path } = await withTopic(t, store);
  const worker = apps.worker('--objective-pace', '50ms');
  await worker.wrote(/attached as session/);
  const { id, execution_id } = await ada.made(`${path}/generate`);
  const seen = await watched(ada, `${path}/${id}`);
  assert.ok(seen.length > 3, 'no counts on the way');
  const blueprint = await ada.read(`${path}/${id}`);
  const terminal = blueprint.terminal_objectives;
  const enabling = terminal.flatMap((one) => one.enabling_objectives);
  assert.deepEqual(counts(seen.at(-1)), [terminal.length, enabling.length]);
  assert.ok(terminal.length >= 8 && terminal.length <= 10, `${terminal.length}`);
  const levels = ['remember', 'understand', 'apply', 'analyze', 'evaluate', 'create'];
  for (const [i, one] of terminal.entries()) {
    assert.equal(one.objective.number, `${i + 1}`);
    assert.ok(one.enabling_objectives.length >= 2);
    assert.deepEqual(one.enabling_objectives.map(({ number }) => number), one.enabling_objectives.map((_, k) => `${i + 1}.${k + 1}`));
    for (const objective of [one.objective, ...one.enabling_objectives]) {
      assert.ok(levels.includes(objective.level), objective.level);
      assert.ok(levels.indexOf(objective.level) <= levels.indexOf(one.objective.level), 'a step is harder than what it leads to');
      assert.ok(objective.performance.startsWith(objective.verb), `${objective.verb}: ${objective.performance}`);
      assert.ok(objective.condition && objective.criterion && objective.text.includes(objective.performance), JSON.stringify(objective));
    }
  }
  assert.equal(new Set([...terminal.map(({ objective }) => objective), ...enabling].map(({ text }) => text)).size, terminal.length + enabling.length);
  assert.ok(blueprint.title && blueprint.description);
  assert.ok(JSON.stringify(terminal).toLowerCase().includes(topic.title.toLowerCase()), 'it is about something else');
  const told = (await followed(ada, execution_id)).map(({ data }) => progressOf(data)).filter(Boolean);
  assert.deepEqual(told.at(-1), [terminal.length, enabling.length]);
  assert.deepEqual(told.map(([done]) => done), told.map(([done]) => done).toSorted((a, b) => a - b));
  assert.ok(told.length > terminal.length, 'not every objective was told of');
});

onBothStores('a failed generation that is retried is the same blueprint, and goes with its last execution', async (t, store) => {
  const { apps, ada, path } = await withTopic(t, store);
  const worker = await HeldWorker.attach(apps, 'blueprint');
  const { id, execution_id: first } = await ada.made(`${path}/generate`);
  const own = `${path}/${id}`;
  const failing = await worker.assigned();
  await failing.progress(30, { terminal_objectives: 3, enabling_objectives: 7 });
  await failing.fail('NO_PENCIL', 'no pencil');
  assert.equal((await ada.read(own)).status, 'error');

  const { id: second } = await ada.made(`/v1/executions/${first}:retry`, { start: true });
  const begun = await ada.read(own);
  assert.deepEqual([begun.status, begun.error, begun.description, ...counts(begun), begun.execution_id], ['generating', '', '', 0, 0, second]);
  isActive(await ada.post(`${path}/generate`), id);
  await (await worker.assigned()).finish(someBlueprint(8, 2));
  const done = await ada.read(own);
  assert.deepEqual([done.status, ...counts(done), done.terminal_objectives.length], ['completed', 8, 16, 8]);
  assert.deepEqual((await ada.read(path)).blueprints.map((one) => one.id), [id]);

  // One that has failed cannot come back while another one is generated.
  const { execution_id: third } = await ada.made(`${path}/generate`);
  await (await worker.assigned()).fail('NO_PENCIL', 'no pencil');
  const fourth = await ada.made(`${path}/generate`);
  refusal(await ada.post(`/v1/executions/${third}:retry`, { start: true }), 400, 'CONCURRENCY_KEY_HELD');
  assert.deepEqual((await ada.read(path)).blueprints.map(({ status }) => status), ['generating', 'error', 'completed']);

  const remove = async (execution) => assert.equal((await ada.call('DELETE', `/v1/executions/${execution}`)).status, 200);
  await remove(first);
  assert.deepEqual(await ada.read(own), done, 'it went with an execution that is not its last');
  await remove(second);
  refusal(await ada.get(own), 404, 'BLUEPRINT_UNKNOWN');
  refusal(await ada.get(`${own}/status`), 404, 'BLUEPRINT_UNKNOWN');
  assert.deepEqual((await ada.read(path)).blueprints.map(({ status }) => status), ['generating', 'error']);
  isActive(await ada.post(`${path}/generate`), fourth.id);
});
