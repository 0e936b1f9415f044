// Quizzes by a worker outside of the mesh while servers and workers of the mesh die: what it has written is taken, once.
import { assert, eventually, test } from '../harness.mjs';
import { onBothStores, postgres, refusal, serveApps } from '../apps.mjs';
import { gateway } from '../http_client.mjs';
import { asRead, goodQuestions, questionsOf } from '../questions.mjs';
import { accepts, serveWithQuizWorker, staysSilent } from '../quiz_worker.mjs';

const good = goodQuestions(3);

async function isDelivered(ada, { task_id, path }) {
  const done = await ada.read(path);
  assert.deepEqual([done.status, done.questions_created, done.error_message], ['completed', 3, '']);
  assert.deepEqual(await questionsOf(ada, task_id), good.map(asRead));
}

onBothStores('a server and its worker that are killed after the acceptance are not needed for the delivery', async (t, store) => {
  const { outside, apps, ada, worker, ordered } = await serveWithQuizWorker(t, { store });
  const { order, ...task } = await ordered({}, accepts({ task_id: 'job-1' }));
  await Promise.all([apps.killed(), worker.stop('SIGKILL')]);

  // Nobody is there: the worker is told so, and calls again when somebody is.
  const down = await outside.deliver(apps.page, order, { questions: good });
  assert.ok(down.status >= 500, down.text);
  await apps.again();
  const pending = await ada.read(task.path);
  assert.deepEqual([pending.status, pending.questions_created], ['processing', 0]);
  for (let i = 0; i < 2; ++i) {
    const delivered = await outside.deliver(apps.page, order, { questions: good });
    assert.equal(delivered.status, 201, delivered.text);
    assert.deepEqual(delivered.json, { status: 'ok', saved: 3, task_id: task.task_id, user_id: 1 });
  }
  await isDelivered(ada, task);
  assert.equal((await ada.read('/api/ai/tasks/job-1')).task_id, task.task_id);
});

onBothStores('a delivery whose answer is lost with the server is repeated and saves nothing more', async (t, store) => {
  const { outside, apps, ada, ordered } = await serveWithQuizWorker(t, { store });
  const { order, ...task } = await ordered();
  assert.equal((await outside.deliver(apps.page, order, { questions: good })).status, 201);
  await apps.killed();
  await apps.again();
  assert.equal((await outside.deliver(apps.page, order, { questions: good })).status, 201);
  refusal(await outside.deliver(apps.page, order, { questions: goodQuestions(3, 'testing') }), 400, 'TASK_FINISHED');
  await isDelivered(ada, task);
});

onBothStores('deliveries in the very moment of the crash are saved whole or not at all', async (t, store) => {
  const { outside, apps, ada, ordered } = await serveWithQuizWorker(t, { store });
  const tasks = [];
  for (let i = 0; i < 6; ++i) tasks.push(await ordered());
  const first = outside.deliver(apps.page, tasks[0].order, { questions: good });
  const rest = tasks.slice(1).map(({ order }) => outside.deliver(apps.page, order, { questions: good }));
  await first;
  await apps.killed();
  await Promise.all(rest);
  await apps.again();
  for (const { path, task_id } of tasks) {
    const { status } = await ada.read(path);
    assert.equal((await questionsOf(ada, task_id)).length, status === 'completed' ? 3 : 0);
  }
  for (const task of tasks) {
    const delivered = await outside.deliver(apps.page, task.order, { questions: good });
    assert.equal(delivered.status, 201, delivered.text);
    await isDelivered(ada, task);
  }
});

test('a worker of the mesh that dies while it asks is replaced, and its successor asks for the same task', async (t) => {
  const { outside, apps, ada, worker: first, body } = await serveWithQuizWorker(t);
  let worker = first;
  // On a busy machine the first one may hear nothing for so long that the task has failed before the kill; then it is done once more.
  for (let round = 0; ; ++round) {
    const known = outside.orders.length;
    outside.will(staysSilent);
    const answer = ada.post('/api/ai/generate', body);
    const before = await outside.asked((order) => outside.orders.indexOf(order) >= known);
    await worker.stop('SIGKILL');
    worker = apps.worker();
    const { task_id } = before.body;
    const path = `/api/ai/tasks/${task_id}`;
    await eventually(async () => outside.ordersOf(task_id).length === 2 || (await ada.read(path)).is_failed, 'it is asked again, or was too slow');
    const after = outside.ordersOf(task_id)[1];
    const delivered = after && (await outside.deliver(apps.page, after, { questions: good }));
    const { status, text } = await answer;
    if (delivered?.status !== 201) {
      assert.match((await ada.read(path)).error_message, /has not answered/);
      assert.ok(round < 10, 'the worker outside was too slow, ten times');
      continue;
    }
    assert.deepEqual(after.body, before.body);
    assert.equal(after.headers['idempotency-key'], before.headers['idempotency-key'], 'the worker outside could not know that it is the same');
    assert.equal(status, 202, text);
    await isDelivered(ada, { task_id, path });
    return;
  }
});

test('a quiz is ordered at one server and delivered at the other', async (t) => {
  const store = await postgres();
  const { outside, apps: here, ada, worker, ordered } = await serveWithQuizWorker(t, { store });
  const there = await serveApps(t, { store, ...outside.serving() });
  const pages = [here.page, there.page];
  const elsewhere = await there.caller('ada');
  await eventually(async () => (await elsewhere.get('/api/users/1')).status === 200, 'the user is known to both');

  for (let i = 0; i < 4; ++i) {
    const { task_id, order } = await ordered({}, accepts({ task_id: `job-${i}` }), i % 2 ? ada : elsewhere);
    const answers = await Promise.all([0, 1, 0, 1].map((at) => outside.deliver(pages[(at + i) % 2], order, { as: `job-${i}`, questions: good })));
    for (const { status, json, text } of answers) {
      assert.equal(status, 201, text);
      assert.deepEqual(json, { status: 'ok', saved: 3, task_id, user_id: 1 });
    }
    for (const caller of [ada, elsewhere]) await isDelivered(caller, { task_id, path: `/api/ai/tasks/job-${i}` });
  }
  // The one that has the session of the worker dies; the other one takes the delivery.
  const { task_id, order } = await ordered();
  await Promise.all([here.killed(), worker.stop('SIGKILL')]);
  assert.equal((await outside.deliver(there.page, order, { questions: good })).status, 201);
  await isDelivered(elsewhere, { task_id, path: `/api/ai/tasks/${task_id}` });
  const third = await gateway(t, there.server);
  assert.equal((await outside.deliver(third, order, { questions: good })).status, 201);
});
