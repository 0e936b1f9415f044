// What the poem page does, in plain HTTP against three processes with real tokens: create under a key, start, logs over a WebSocket
// that breaks, a poll beside it; and what it may not do.
import { assert, checkEvents, test } from '../harness.mjs';
import { bearer, gateway } from '../http_client.mjs';

const unknownId = '0192f0c4-8d1e-7001-9abc-0123456789ab';
const create = '/api/flows/executions';
const execution = (id) => `${create}/${id}`;
const start = (id) => `${create}/${id}/start`;
const logs = (id) => `${create}/${id}/logs/ws`;
const finals = ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED', 'TIMED_OUT'];
const asEvents = (messages) => messages.map((event) => ({ ...event, seq: Number(event.seq), kind: event.state ? 'state' : 'other' }));

async function mesh(t, workerArgs = []) {
  const server = await t.mesh.server({ keysFile: t.keysFile });
  const worker = t.mesh.worker({ server: server.address, token: await t.token('the worker', 'worker'), args: workerArgs });
  await worker.wrote(/attached/);
  return gateway(t, server);
}

// The page's key: the same click within five seconds is the same poem.
const keyOf = ({ flow, input }) =>
  Buffer.from(`${flow}|${input.title}|${input.description}|${Math.floor(Date.now() / 5000)}`).toString('base64url');

const poem = (title, description = 'what the quay knows') => ({ flow: 'poem', input: { title, description, form: 'sonnet' } });

function checkError(answer, status, reason, words = /./) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.json.message, words);
  assert.equal(answer.json.details[0].domain, 'flowmesh');
  assert.equal(answer.json.details[0].reason, reason);
}

test('the poem page writes a poem: one click, one execution, logs over a breaking WebSocket, a poll beside it', async (t) => {
  const page = await mesh(t, ['--poem-pace', '10ms']);
  const token = await t.token('ada');
  const headers = bearer(token);
  const body = poem('Harbour', 'a <b>quay</b> & "fog"');
  const click = () => page.call('POST', create, { body, headers: { ...headers, 'x-idempotency-key': key, 'x-workflow-id': 'wf-1', 'x-request-id': 'rq-1' } });
  const key = keyOf(body);

  const clicks = await Promise.all([click(), click(), click()]);
  const [first, ...repeats] = clicks.sort((a, b) => b.status - a.status);
  assert.deepEqual(clicks.map(({ status }) => status), [201, 200, 200], clicks[0].text);
  assert.equal(first.headers['idempotency-replayed'], undefined);
  for (const repeat of repeats) assert.equal(repeat.headers['idempotency-replayed'], 'true');
  const { id } = first.json;
  assert.deepEqual(clicks.map(({ json }) => json.id), [id, id, id]);
  assert.equal(first.json.state, 'CREATED');
  assert.equal((await page.call('GET', execution(id), { headers })).json.blocked_on.reason, 'NOT_STARTED');
  assert.equal(first.json.labels['x-workflow-id'], 'wf-1');
  assert.equal(first.json.labels['x-request-id'], 'rq-1');
  assert.equal(first.headers['x-workflow-id'], 'wf-1');
  assert.equal(first.headers['x-request-id'], 'rq-1');
  assert.equal(first.json.input.description, body.input.description, 'stored as sent');
  for (const field of ['output', 'failure', 'start_time', 'end_time', 'deadline']) assert.equal(first.json[field], null, field);

  for (let i = 0; i < 2; ++i) {
    const started = await page.call('POST', start(id), { headers });
    assert.equal(started.status, 200, started.text);
    assert.notEqual(started.json.state, 'CREATED');
  }

  // The poll, for as long as the poem takes.
  let percent = 0;
  const polled = (async () => {
    for (;;) {
      const answer = await page.call('GET', execution(id), { headers });
      assert.equal(answer.status, 200, answer.text);
      const now = answer.json.progress?.percent ?? 0;
      assert.ok(now >= percent, 'progress goes up');
      percent = now;
      if (finals.includes(answer.json.state)) return answer.json;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();

  // The logs, over connections that break again and again: each brings five messages, what else was under way is lost.
  const seen = [];
  let connections = 0;
  while (!seen.some(({ state }) => finals.includes(state?.state))) {
    const after = seen.length;
    const socket = await page.socket(`${logs(id)}?after=${after}`, { headers: { 'sec-websocket-protocol': `bearer.${token}` } });
    assert.equal(socket.status, 101);
    ++connections;
    await Promise.race([socket.until(({ seq }) => Number(seq) >= after + 5).catch(() => {}), socket.ended]);
    socket.drop();
    seen.push(...socket.messages.slice(0, 5));
  }
  assert.ok(connections >= 3, `${connections} connections`);
  checkEvents(asEvents(seen), { id, state: 'COMPLETED' });
  const done = await polled;
  assert.equal(done.state, 'COMPLETED');
  assert.equal(done.progress.percent, 100);
  const written = done.output.stanzas.map(({ lines }) => lines.map((line) => `${line}\n`).join('')).join('\n');
  const streamed = seen.filter(({ output }) => output).reduce((text, { output }) => {
    assert.equal(Number(output.offset), Buffer.byteLength(text));
    return text + output.text;
  }, '');
  assert.equal(streamed, written);

  // The same click later: the same poem as it is now.
  const later = await click();
  assert.equal(later.status, 200);
  assert.equal(later.json.state, 'COMPLETED');
  assert.equal((await page.call('POST', start(id), { headers })).status, 200, 'starting what was started does nothing');
});

test('an idempotency key stands for one request of one owner', async (t) => {
  const page = await mesh(t);
  const headers = bearer(await t.token('ada'));
  const send = (body, key, more = headers) => page.call('POST', create, { body, headers: { ...more, ...key } });
  const key = { 'idempotency-key': 'k' };
  const { json: { id } } = await send(poem('One'), key);
  checkError(await send(poem('Two'), key), 409, 'IDEMPOTENCY_KEY_REUSED', /key/);
  checkError(await send(poem('One'), { ...key, 'x-idempotency-key': 'other' }), 400, 'IDEMPOTENCY_KEY_CONFLICT');

  // The same request in other words: another path, key in another place, spelling of names, labels and timeout, blanks.
  const same = [
    [poem('One'), { 'x-idempotency-key': 'k' }],
    [{ ...poem('One'), idempotency_key: 'k' }, {}],
    [{ ...poem('One'), idempotencyKey: 'k', labels: { a: 'b' }, timeout: '60s' }, {}],
    [`  ${JSON.stringify(poem('One'), null, 2)}\n`, key],
    [{ flow: 'poem', input: { '@type': 'type.googleapis.com/flowmesh.poem.v1.WritePoem', form: 'sonnet', seed: 0, ...poem('One').input } }, key],
  ];
  for (const [body, extra] of same) {
    const answer = await page.call('POST', '/v1/executions/', { body, headers: { ...headers, ...extra } });
    assert.equal(answer.status, 200, JSON.stringify(body) + answer.text);
    assert.equal(answer.headers['idempotency-replayed'], 'true');
    assert.equal(answer.json.id, id);
  }
  const bobs = await send(poem('Two'), key, bearer(await t.token('bob')));
  assert.equal(bobs.status, 201, bobs.text);
  assert.notEqual(bobs.json.id, id);
  const without = await Promise.all([send(poem('One'), {}), send(poem('One'), {})]);
  assert.deepEqual(without.map(({ status }) => status), [201, 201], 'no key, no replay');
  const { json } = await page.call('GET', '/v1/executions', { headers });
  assert.equal(json.executions.length, 3);
});

test('polls beyond the limit are answered 429 and told when to come again', async (t) => {
  const page = await mesh(t);
  const headers = bearer(await t.token('ada'));
  const make = async () => (await page.call('POST', create, { body: poem('Polled'), headers })).json.id;
  const [id, other] = [await make(), await make()];
  let last;
  let served = 0;
  for (; served < 1000; ++served) {
    last = await page.call('GET', served % 2 ? execution(id) : `/v1/executions/${id}`, { headers });
    if (last.status !== 200) break;
  }
  assert.ok(served >= 100, `${served} served`);
  checkError(last, 429, 'POLLS_LIMITED', /Tail/);
  assert.match(last.headers['retry-after'], /^[1-9]\d*$/);
  assert.equal((await page.call('GET', execution(other), { headers })).status, 200, 'one bucket for each execution');
  assert.equal((await page.call('POST', start(id), { headers })).status, 200, 'only polls are counted');
});

test('nothing goes without a good token, and the answer says how to come with one', async (t) => {
  const page = await mesh(t);
  const routes = [
    ['POST', create, poem('x')], ['POST', start(unknownId)], ['GET', execution(unknownId)], ['GET', logs(unknownId)],
    ['GET', `/v1/executions/${unknownId}/events`], ['GET', `/v1/executions/${unknownId}/tasks`], ['GET', '/v1/executions'],
    ['POST', `/v1/executions/${unknownId}:cancel`], ['GET', '/v1/flows'], ['GET', '/v1/workers'], ['GET', '/v1/stats'],
    ['POST', '/v1/tickets', { path: '/v1/watch' }],
  ];
  for (const [method, path, body] of routes) {
    const none = await page.call(method, path, { body });
    checkError(none, 401, 'TOKEN_MISSING');
    assert.match(none.headers['www-authenticate'], /^Bearer/, path);
    checkError(await page.call(method, path, { body, headers: bearer('a.b.c') }), 401, 'TOKEN_INVALID');
    checkError(await page.call(method, path, { body, headers: { authorization: 'Basic YTpi' } }), 401, 'TOKEN_INVALID');
  }
  assert.equal((await page.socket(logs(unknownId))).status, 401);
});

test('everybody sees what is theirs, admins see all', async (t) => {
  const page = await mesh(t);
  const as = async (subject, ...roles) => {
    const headers = bearer(await t.token(subject, ...roles));
    return (method, path, body) => page.call(method, path, { body, headers: { ...headers, 'x-request-id': 'same' } });
  };
  const [ada, bob, admin, worker] = [await as('ada'), await as('bob'), await as('root', 'admin'), await as('hand', 'worker')];
  const { id } = (await ada('POST', create, poem('Private'))).json;

  // Somebody else's id answers byte for byte as one that nobody has.
  const calls = [
    ['GET', (x) => execution(x)], ['POST', (x) => start(x)], ['GET', (x) => logs(x)], ['GET', (x) => `/v1/executions/${x}`],
    ['POST', (x) => `/v1/executions/${x}:start`], ['POST', (x) => `/v1/executions/${x}:cancel`], ['GET', (x) => `/v1/executions/${x}/tasks`],
    ['GET', (x) => `/v1/executions/${x}/events`], ['GET', (x) => `/v1/executions/${x}/events:list`],
  ];
  for (const stranger of [bob, worker]) {
    for (const [method, path] of calls) {
      const [foreign, unknown] = [await stranger(method, path(id)), await stranger(method, path(unknownId))];
      assert.equal(foreign.status, 404, `${method} ${path(id)}: ${foreign.text}`);
      const same = (answer, given) => {
        const { date, ...headers } = answer.headers;
        return JSON.stringify([answer.status, headers, answer.text.replaceAll(given, unknownId)]);
      };
      assert.equal(same(foreign, id), same(unknown, unknownId));
    }
    assert.deepEqual((await stranger('GET', '/v1/executions')).json.executions, []);
    checkError(await stranger('GET', '/v1/executions?owner=ada'), 403, 'ROLE_REQUIRED', /admin/);
    for (const path of ['/v1/stats', '/v1/workers']) checkError(await stranger('GET', path), 403, 'ROLE_REQUIRED', /admin/);
  }
  assert.equal((await ada('GET', execution(id))).json.state, 'CREATED', 'nobody started or cancelled it');

  const idsOf = ({ json }) => json.executions.map((one) => one.id);
  await bob('POST', create, poem('Bobs'));
  assert.deepEqual(idsOf(await admin('GET', '/v1/executions?owner=ada')), [id]);
  assert.equal(idsOf(await admin('GET', '/v1/executions?owner=*')).length, 2);
  assert.deepEqual(idsOf(await admin('GET', '/v1/executions')), [], 'without `owner` an admin has but its own');
  assert.equal((await admin('GET', execution(id))).status, 200);
  assert.equal((await admin('GET', '/v1/stats')).status, 200);
  assert.equal((await admin('GET', '/v1/workers')).json.workers.length, 1);
});
