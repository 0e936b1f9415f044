// The calls of a web page, over the gateway inside `dev` and over one of its own.
import { assert, checkEvents, test } from '../harness.mjs';

async function http(serving) {
  const [, address] = await serving.wrote(/serves HTTP on (\S+)/);
  return async (method, path, { body, headers = {} } = {}) => {
    const response = await fetch(`http://${address}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, text, json };
  };
}

const poem = (title) => ({ flow: 'poem', input: { title, form: 'haiku' } });
const ndjson = (text) => text.trim().split('\n').map((line) => JSON.parse(line).result);

async function writesAPoem(call, headers) {
  const key = { ...headers, 'idempotency-key': 'one-click' };
  const created = await call('POST', '/api/flows/executions', { body: poem('Harbour'), headers: key });
  assert.equal(created.status, 201, created.text);
  assert.equal(created.json.state, 'CREATED');
  const again = await call('POST', '/api/flows/executions', { body: poem('Harbour'), headers: key });
  assert.equal(again.status, 200);
  assert.equal(again.headers.get('idempotency-replayed'), 'true');
  assert.equal(again.json.id, created.json.id);
  const reused = await call('POST', '/api/flows/executions', { body: poem('Another'), headers: key });
  assert.equal(reused.status, 409);
  assert.equal(reused.json.details[0].reason, 'IDEMPOTENCY_KEY_REUSED');

  const { id } = created.json;
  assert.equal((await call('POST', `/api/flows/executions/${id}/start`, { headers })).status, 200);
  const events = ndjson((await call('GET', `/v1/executions/${id}/events`, { headers })).text)
    .map((event) => ({ ...event, seq: Number(event.seq), kind: event.state ? 'state' : 'other' }));
  checkEvents(events, { id, state: 'COMPLETED' });
  const rest = ndjson((await call('GET', `/v1/executions/${id}/events?after=3`, { headers })).text);
  assert.deepEqual(rest.map(({ seq }) => Number(seq)), events.slice(3).map(({ seq }) => seq));

  const done = await call('GET', `/api/flows/executions/${id}`, { headers });
  assert.equal(done.json.state, 'COMPLETED');
  assert.ok(done.json.output.stanzas.length > 0);
  return id;
}

test('a page creates, repeats, starts, follows and reads a poem over REST', async (t) => {
  const dev = await t.mesh.dev({ args: ['--http', '127.0.0.1:0'] });
  const call = await http(dev);
  const id = await writesAPoem(call, {});
  const sse = await call('GET', `/v1/executions/${id}/events`, { headers: { accept: 'text/event-stream', 'last-event-id': '4' } });
  assert.match(sse.text, /^retry: \d+\n/);
  const ids = [...sse.text.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq));
  assert.equal(ids[0], 5);
  assert.match(sse.text, /event: end/);
});

test('bad requests over REST say what is wrong and change nothing', async (t) => {
  const call = await http(await t.mesh.dev({ args: ['--http', '127.0.0.1:0'] }));
  const expectations = [
    ['POST', '/v1/executions', { body: { flow: 'unheard-of' } }, 404],
    ['POST', '/v1/executions', { body: { flow: 'poem', input: { title: '' } } }, 400],
    ['POST', '/v1/executions', { body: { flow: 'poem', inptu: {} } }, 400],
    ['GET', '/v1/executions/not-an-id', {}, 400],
    ['GET', '/v1/executions/01a20064-3eba-7000-bbc2-f6c2c68fe19c', {}, 404],
    ['GET', '/v1/executions?page_size=-1', {}, 400],
    ['GET', '/v1/executions?bogus=1', {}, 400],
    ['PUT', '/v1/executions', { body: {} }, 405],
    ['GET', '/v1/nothing', {}, 404],
    ['POST', '/v1/executions', { body: poem('x'), headers: { authorization: 'Bearer forged' } }, 401],
    ['GET', '/v1/flows', { headers: { origin: 'https://evil.example' } }, 403],
  ];
  for (const [method, path, options, status] of expectations) {
    const answer = await call(method, path, options);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    assert.ok(answer.json.message.length > 10, answer.text);
  }
  assert.deepEqual((await call('GET', '/v1/executions')).json.executions, []);
});

test('a gateway of its own passes tokens on and keeps owners apart', async (t) => {
  const server = await t.mesh.server({ keysFile: t.keysFile });
  t.mesh.worker({ server: server.address, token: await t.token('w', 'worker') });
  const call = await http(t.mesh.start(['gateway', '--server', server.address, '--http', '127.0.0.1:0']));
  const ada = { authorization: `Bearer ${await t.token('ada')}` };
  const bob = { authorization: `Bearer ${await t.token('bob')}` };
  const id = await writesAPoem(call, ada);
  assert.equal((await call('GET', `/v1/executions/${id}`, { headers: bob })).status, 404);
  const anonymous = await call('GET', `/v1/executions/${id}`);
  assert.equal(anonymous.status, 401);
  assert.ok(anonymous.headers.get('www-authenticate'));
});
