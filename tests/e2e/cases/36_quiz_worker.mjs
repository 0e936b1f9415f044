// Quizzes by a worker outside of the mesh: it is asked over HTTP, accepts or not, and delivers later, as it pleases.
import { assert, test } from '../harness.mjs';
import { onBothStores, refusal, shaped } from '../apps.mjs';
import { goodQuestions, asRead, questionsOf, waysToSpoil } from '../questions.mjs';
import {
  QuizWorker, accepts, acceptsAfter, answersTwice, beginsAndStops, hangsUp, redirects, refuses, serveWithQuizWorker, staysSilent,
} from '../quiz_worker.mjs';

const deliveryFields = ['status', 'saved', 'task_id', 'user_id'];

onBothStores('a worker outside is asked, accepts, and delivers once however often it calls back', async (t, store) => {
  const { outside, apps, ada, ordered } = await serveWithQuizWorker(t, { store });
  const wishes = {
    quiz_size: 5, goals: 'job', referred_frequency: 'daily', motivation_level: 9, preferred_topics: ['cloud computing'],
    weak_skills: ['gerunds vs infinitives'],
  };
  const { task_id, path, order } = await ordered(wishes);
  assert.deepEqual([order.method, order.path, order.headers['content-type']], ['POST', '/generate', 'application/json']);
  assert.deepEqual(order.body, { task_id, user_id: 1, declared_level: '', profession: '', extra_instructions: '', ...wishes });
  assert.ok(order.headers['idempotency-key']);
  const pending = await ada.read(path);
  assert.deepEqual([pending.status, pending.is_pending, pending.questions_created], ['processing', true, 0]);

  const questions = goodQuestions(5);
  const answers = await Promise.all(Array.from({ length: 8 }, () => outside.deliver(apps.page, order, { questions })));
  answers.push(await outside.deliver(apps.page, order, { questions }));
  for (const { status, json, text } of answers) {
    assert.equal(status, 201, text);
    assert.deepEqual(shaped(json, deliveryFields), { status: 'ok', saved: 5, task_id, user_id: 1 });
  }
  assert.deepEqual(await questionsOf(ada, task_id), questions.map(asRead));
  const done = await ada.read(path);
  assert.deepEqual([done.status, done.is_completed, done.questions_created, done.error_message], ['completed', true, 5, '']);
  const other = await outside.deliver(apps.page, order, { questions: goodQuestions(5, 'testing') });
  assert.equal(refusal(other, 400, 'TASK_FINISHED').metadata.state, 'COMPLETED');
  refusal(await outside.deliver(apps.page, order, { questions: questions.slice(1) }), 400, 'TASK_FINISHED');
  assert.deepEqual(await questionsOf(ada, task_id), questions.map(asRead));
  const details = await ada.read(`${path}/details`);
  assert.deepEqual(details.task, done);
  assert.equal(details.processing_time_sec, 315);
  assert.deepEqual(details.worker_response.questions, questions);
  assert.equal(details.worker_response.worker_task_id, task_id);
  const events = await ada.get(`/v1/executions/${details.execution_id}/events`);
  assert.equal(events.text.match(/"state":\{"state":"COMPLETED"/g).length, 1, events.text);
  // More or fewer than were ordered are what the worker has: it decides.
  const second = await ordered({ quiz_size: 5 });
  assert.equal((await outside.deliver(apps.page, second.order, { questions: goodQuestions(50) })).json.saved, 50);
  assert.equal((await questionsOf(ada, second.task_id)).length, 50);
  assert.equal(outside.ordersOf(task_id).length, 1);
});

onBothStores('a name that the worker has for a task is as good as ours, and belongs to one task', async (t, store) => {
  const { outside, apps, ada, ordered, failsWith } = await serveWithQuizWorker(t, { store });
  const first = await ordered({}, accepts({ task_id: 'job-7' }));
  for (const part of ['', '/details', '/questions']) {
    assert.deepEqual(await ada.read(`/api/ai/tasks/job-7${part}`), await ada.read(`${first.path}${part}`));
  }
  refusal(await (await apps.caller('bob')).get('/api/ai/tasks/job-7'), 404, 'TASK_UNKNOWN');

  for (const taken of ['job-7', first.task_id]) {
    const { path } = await failsWith(503, undefined, accepts({ task_id: taken }));
    const failed = await ada.read(path);
    assert.equal(failed.status, 'failed');
    assert.ok(failed.error_message.length > 10);
    assert.equal((await ada.read('/api/ai/tasks/job-7')).task_id, first.task_id);
    assert.equal((await ada.read('/api/ai/tasks/job-7')).status, 'processing');
  }
  const delivered = await outside.deliver(apps.page, first.order, { as: 'job-7' });
  assert.equal(delivered.status, 201, delivered.text);
  assert.deepEqual(delivered.json, { status: 'ok', saved: 3, task_id: first.task_id, user_id: 1 });
  for (const as of [first.task_id, 'job-7']) {
    const again = await outside.deliver(apps.page, first.order, { as });
    assert.deepEqual([again.status, again.json], [201, delivered.json], `the same under the name ${as}`);
  }
  assert.equal((await questionsOf(ada, first.task_id)).length, 3);
  assert.equal((await ada.read('/api/ai/tasks/job-7')).status, 'completed');
});

onBothStores('a worker that refuses or stays silent fails the task, and the caller hears both', async (t, store) => {
  const { outside, apps, ada, ordered, failsWith } = await serveWithQuizWorker(t, { store });
  const elsewhere = await QuizWorker.start(t);
  const ways = [
    [refuses(400), 503, 'QUIZ_WORKER_REFUSED', /400.*not today/],
    [refuses(500, 'Oh no'), 503, 'QUIZ_WORKER_REFUSED', /500.*Oh no/],
    [refuses(404, ''), 503, 'QUIZ_WORKER_REFUSED', /404/],
    [redirects(`${elsewhere.url}/generate`), 503, 'QUIZ_WORKER_REFUSED', /redirect/],
    [hangsUp, 503, 'QUIZ_WORKER_REFUSED', /./],
    [staysSilent, 504, 'QUIZ_WORKER_SILENT', /has not answered/],
    [beginsAndStops, 504, 'QUIZ_WORKER_SILENT', /has not answered/],
  ];
  for (const [way, status, reason, why] of ways) {
    const { task_id, path, order } = await failsWith(status, reason, way);
    const failed = await ada.read(path);
    assert.deepEqual([failed.status, failed.is_failed, failed.questions_created], ['failed', true, 0]);
    assert.match(failed.error_message, why);
    assert.ok(failed.completed_at);
    const late = await outside.deliver(apps.page, order);
    assert.equal(refusal(late, 400, 'TASK_FINISHED').metadata.state, 'FAILED');
    assert.deepEqual(await questionsOf(ada, task_id), []);
  }
  assert.deepEqual(elsewhere.orders, [], 'a redirect was followed');
  const { path, order } = await ordered();
  assert.equal((await outside.deliver(apps.page, order)).status, 201);
  assert.equal((await ada.read(path)).status, 'completed');
});

test('a worker that is not there refuses, and the task can be tried again once it is', async (t) => {
  const { outside, apps, ada, failsWith } = await serveWithQuizWorker(t);
  const { task_id, path } = await failsWith(503, 'QUIZ_WORKER_REFUSED', hangsUp);
  const { execution_id } = await ada.read(`${path}/details`);
  const again = await ada.made(`/v1/executions/${execution_id}:retry`, { start: true });
  assert.equal(again.retry_of, execution_id);
  await ada.poll(`/v1/executions/${again.id}/tasks`, ({ tasks }) => tasks.some(({ state }) => state === 'EXTERNAL'));
  const [before, after] = outside.ordersOf(task_id);
  assert.deepEqual(after.body, before.body);
  assert.notEqual(after.headers['idempotency-key'], before.headers['idempotency-key'], 'it would take it for the one that it refused');
  assert.equal((await ada.read(path)).is_pending, true);
  assert.equal((await outside.deliver(apps.page, after)).status, 201);
  const done = await ada.read(path);
  assert.deepEqual([done.status, done.error_message], ['completed', '']);
  assert.equal((await ada.read(`${path}/details`)).execution_id, again.id);
  assert.equal((await questionsOf(ada, task_id)).length, 3);
});

test('whatever a worker says with 2xx is a yes', async (t) => {
  const { outside, apps, ada, ordered } = await serveWithQuizWorker(t);
  const answers = [
    accepts({}, 200), accepts('', 204), accepts('OK'), accepts('{"task_id":'), accepts([1]), accepts({ task_id: 7 }), accepts({ task_id: '' }),
    accepts({ task_id: null }), accepts({ task_id: 'x'.repeat(129) }), accepts({ task_id: 'a\u0000b' }), answersTwice,
  ];
  for (const answer of answers) {
    const { path, order } = await ordered({}, answer);
    const delivered = await outside.deliver(apps.page, order);
    assert.equal(delivered.status, 201, delivered.text);
    assert.equal((await ada.read(path)).status, 'completed');
  }
});

onBothStores('a worker may deliver before it has accepted', async (t, store) => {
  const { outside, apps, ada, ordered } = await serveWithQuizWorker(t, { store });
  let delivered;
  const deliversFirst = acceptsAfter((order) => (delivered = outside.deliver(apps.page, order)), { task_id: 'job-8' });
  const { task_id, path, order } = await ordered({}, deliversFirst);
  // The end of the task is an acceptance too: it may be told before the delivery is answered.
  assert.equal((await delivered).status, 201);
  assert.equal((await ada.read(path)).status, 'completed');
  assert.equal((await questionsOf(ada, task_id)).length, 3);
  assert.equal((await outside.deliver(apps.page, order)).status, 201);
});

onBothStores('a callback is judged by its secret first, then by its questions, and what is refused changes nothing', async (t, store) => {
  const { outside, apps, ada, ordered } = await serveWithQuizWorker(t, { store });
  const { path, task_id, order } = await ordered({ quiz_size: 4 });
  const admin = await apps.caller('root', 'admin', 'worker');
  for (const token of [null, '', 'wrong', `${outside.token}x`, outside.token.slice(1), outside.token.toUpperCase()]) {
    refusal(await outside.deliver(apps.page, order, { token }), 401, 'WORKER_TOKEN_WRONG');
    for (const body of ['{"questions":', '', '[1]', { nonsense: true }, { worker_task_id: 'unknown' }]) {
      refusal(await outside.call(apps.page, body, token), 401, 'WORKER_TOKEN_WRONG');
    }
  }
  refusal(await admin.post('/api/ai/receive', { worker_task_id: task_id, user_id: 1, questions: goodQuestions(4) }), 401, 'WORKER_TOKEN_WRONG');

  for (const body of ['{"questions":', '', '[1]', { nonsense: true }]) refusal(await outside.call(apps.page, body), 400);
  refusal(await outside.deliver(apps.page, order, { as: 'unknown' }), 404, 'TASK_UNKNOWN');
  assert.deepEqual(refusal(await outside.deliver(apps.page, order, { as: '' }), 400).fields, ['worker_task_id']);
  assert.deepEqual(refusal(await outside.deliver(apps.page, order, { user_id: 0 }), 400).fields, ['user_id']);
  assert.deepEqual(refusal(await outside.call(apps.page, { worker_task_id: task_id }), 400).fields.sort(), ['questions', 'user_id']);
  assert.deepEqual(refusal(await outside.deliver(apps.page, order, { user_id: 2 }), 400, 'USER_MISMATCH').fields, ['user_id']);
  for (const [what, spoil, field] of waysToSpoil) {
    const refused = refusal(await outside.deliver(apps.page, order, { questions: spoil(goodQuestions(4)) }), 400);
    assert.ok(refused.fields.some((one) => one.startsWith(field)), `${what}: ${JSON.stringify(refused.violations)}`);
    assert.ok(refused.violations.every(({ description }) => description.length > 5), what);
  }
  const pending = await ada.read(path);
  assert.deepEqual([pending.status, pending.questions_created], ['processing', 0]);
  assert.deepEqual(await questionsOf(ada, task_id), []);
  const good = goodQuestions(4);
  assert.equal((await outside.deliver(apps.page, order, { questions: good })).status, 201);
  assert.deepEqual(await questionsOf(ada, task_id), good.map(asRead));
});

onBothStores('the longest questions are taken, unless all of them together are too much for one message', async (t, store) => {
  const { outside, apps, ada, ordered } = await serveWithQuizWorker(t, { store });
  const { path, task_id, order } = await ordered();
  const longest = (letter) => goodQuestions(50).map((one, i) => ({
    ...one,
    sentence: `${i}`.padEnd(4000, letter),
    options: Object.fromEntries(['A', 'B', 'C', 'D'].map((name) => [name, name.padEnd(2000, letter)])),
    explanation: letter.repeat(4000),
  }));
  const tooMuch = refusal(await outside.deliver(apps.page, order, { questions: longest('ż') }), 400);
  assert.match(tooMuch.message, /1 MiB|1048576|1,048,576/);
  assert.equal((await ada.read(path)).status, 'processing');
  const questions = longest('z');
  assert.equal((await outside.deliver(apps.page, order, { questions })).status, 201);
  assert.deepEqual(await questionsOf(ada, task_id), questions.map(asRead));
  assert.deepEqual((await ada.read(`${path}/details`)).worker_response.questions, questions);
});

onBothStores('a quiz that is not delivered by its deadline has failed, and what comes later is refused', async (t, store) => {
  const { outside, apps, ada, ordered } = await serveWithQuizWorker(t, { store, args: ['--quiz-deadline', '1500ms'] });
  const { task_id, path, order } = await ordered();
  const failed = (await ada.poll(path, ({ is_pending }) => !is_pending)).at(-1);
  assert.equal(failed.status, 'failed');
  assert.match(failed.error_message, /in time/);
  const took = Date.parse(failed.completed_at) - Date.parse(failed.created_at);
  assert.ok(took >= 1500, `${took} ms`);
  assert.equal(failed.duration_seconds, Math.floor(took / 1000));
  refusal(await outside.deliver(apps.page, order), 400, 'TASK_FINISHED');
  assert.deepEqual(await questionsOf(ada, task_id), []);
  assert.deepEqual(await ada.read(path), failed);
});

onBothStores('a key orders one quiz of the worker outside, and an order that was cancelled takes no questions', async (t, store) => {
  const { outside, apps, ada, body } = await serveWithQuizWorker(t, { store });
  const key = { 'idempotency-key': 'one-click' };
  const answers = await Promise.all(Array.from({ length: 6 }, () => ada.post('/api/ai/generate', body, key)));
  assert.deepEqual(answers.map(({ status }) => status), Array(6).fill(202), answers.map(({ text }) => text).join('\n'));
  assert.equal(new Set(answers.map(({ json }) => json.task_id)).size, 1);
  const order = await outside.asked();
  assert.equal(outside.orders.length, 1);
  const path = `/api/ai/tasks/${answers[0].json.task_id}`;
  const { execution_id } = await ada.read(`${path}/details`);
  await ada.made(`/v1/executions/${execution_id}:cancel`, { reason: 'enough' }, { status: 200 });
  refusal(await outside.deliver(apps.page, order), 400, 'TASK_FINISHED');
  const failed = (await ada.poll(path, ({ is_pending }) => !is_pending)).at(-1);
  assert.deepEqual([failed.status, failed.error_message], ['failed', 'cancelled: enough']);
  assert.deepEqual(await questionsOf(ada, order.body.task_id), []);
});

test('an order that no worker of the mesh has taken within a second is accepted and waits', async (t) => {
  const { outside, apps, ada, body } = await serveWithQuizWorker(t, { inside: false });
  const begin = performance.now();
  const { task_id } = await ada.made('/api/ai/generate', body, { status: 202 });
  const took = performance.now() - begin;
  const path = `/api/ai/tasks/${task_id}`;
  assert.ok(took > 850 && took < 5_000, `${took} ms`);
  assert.equal((await ada.read(path)).status, 'queued');
  assert.equal(outside.orders.length, 0);
  apps.worker();
  const order = await outside.asked();
  assert.equal((await outside.deliver(apps.page, order)).status, 201);
  assert.equal((await ada.read(path)).status, 'completed');
});

test('a server does not start with a worker that it could not believe or reach, and believes none without a secret', async (t) => {
  const serve = ['server', '--grpc', '127.0.0.1:0', '--data', t.mesh.temporary('data'), '--keys-file', t.keysFile];
  const beginnings = [
    ['http://127.0.0.1:1', {}, /FLOWMESH_QUIZ_WORKER_TOKEN/],
    ['127.0.0.1:1', { FLOWMESH_QUIZ_WORKER_TOKEN: 'secret' }, /--quiz-worker-url/],
    ['ftp://x', { FLOWMESH_QUIZ_WORKER_TOKEN: 'secret' }, /--quiz-worker-url/],
  ];
  for (const [url, env, why] of beginnings) {
    const { code, stderr } = await t.run([...serve, '--quiz-worker-url', url], { env });
    assert.notEqual(code, 0);
    assert.match(stderr, why);
  }
  const { outside, apps } = await serveWithQuizWorker(t, { outsideOf: () => ({}) });
  for (const token of [null, '', outside.token]) refusal(await outside.call(apps.page, {}, token), 401, 'WORKER_TOKEN_WRONG');
});
