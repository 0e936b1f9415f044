// The applications as their callers meet them: a server on either store, a gateway before it, and what an answer must look like.
//
//   onBothStores('a sentence', async (t, store) => {
//     const apps = await serveApps(t, { store });
//     const ada = await apps.caller('ada');
//     const user = await ada.made('/api/users', { username: 'ada' });
//   });
import { assert, eventually, test } from './harness.mjs';
import { bearer, gateway } from './http_client.mjs';
import { Postgres } from './postgres.mjs';

// Makes a case of each store; the body gets the flags that choose it.
export function onBothStores(sentence, body, options = { timeout: 120_000 }) {
  test(`${sentence} (SQLite)`, (t) => body(t, []), options);
  test(`${sentence} (PostgreSQL)`, async (t) => body(t, await postgres()), options);
}

// The flags that choose a new database in the PostgreSQL that the cases of a run share.
export const postgres = async () => ['--store', await Postgres.database()];

// A server without a worker, and a gateway. `server` may be one that has ended: the new one takes its place, for its gateway too.
export async function serveApps(t, { store = [], args = [], env, after } = {}) {
  const place = after && { data: after.server.data, grpc: after.server.address };
  const server = await t.mesh.server({ ...place, keysFile: t.keysFile, env, args: ['--grace', '500ms', '--keepalive', '1s', ...store, ...args] });
  const page = after?.page ?? (await gateway(t, server));
  // A gateway takes a moment to find out that somebody is there again.
  await eventually(async () => (await page.call('GET', '/api/users')).status === 401, 'the gateway reaches the server');
  const workerToken = after?.workerToken ?? (await t.token('worker', 'worker'));
  const apps = {
    server,
    page,
    workerToken,
    caller: async (subject, ...roles) => new Caller(page, await t.token(subject, ...roles)),
    worker: (...more) => t.mesh.worker({ server: server.address, token: workerToken, args: more }),
    killed: () => server.stop('SIGKILL'),
    again: () => serveApps(t, { store, args, env, after: apps }),
  };
  return apps;
}

// Somebody with a token.
export class Caller {
  constructor(page, token) {
    Object.assign(this, { page, token });
  }

  call(method, path, { body, headers = {} } = {}) {
    return this.page.call(method, path, { body, headers: { ...bearer(this.token), ...headers } });
  }

  get(path, headers) {
    return this.call('GET', path, { headers });
  }

  post(path, body = {}, headers) {
    return this.call('POST', path, { body, headers });
  }

  // What a GET answers with 200.
  async read(path) {
    const answer = await this.get(path);
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    return answer.json;
  }

  // What a POST made: 201, or the status that is usual there.
  async made(path, body, { status = 201, headers } = {}) {
    const answer = await this.post(path, body, headers);
    assert.equal(answer.status, status, `${path}: ${answer.text}`);
    return answer.json;
  }

  // Reads as fast as it can until it is told to come again later: polls are limited for each object.
  async pollTooOften(path, other) {
    let answer;
    let served = 0;
    for (; served < 1000; ++served) {
      answer = await this.get(path);
      if (answer.status !== 200) break;
    }
    assert.ok(served >= 100, `${served} served`);
    refusal(answer, 429, 'POLLS_LIMITED');
    assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
    await this.read(other);
  }

  // All pages of a list.
  async all(path, field, page_size) {
    const pages = [];
    let token = '';
    do {
      const page = await this.read(`${path}?page_size=${page_size}&page_token=${encodeURIComponent(token)}`);
      assert.deepEqual(Object.keys(page), [field, 'next_page_token']);
      pages.push(page[field]);
      token = page.next_page_token;
    } while (token);
    return pages;
  }

  // Polls until an answer fits; gives all different ones that were seen, in order.
  async poll(path, fits) {
    const seen = [];
    await eventually(async () => {
      const answer = await this.get(path);
      // The gateway waits for a server that is being replaced; who polls for long is slowed down.
      if (answer.status === 503 || answer.status === 429) return false;
      assert.equal(answer.status, 200, `${path}: ${answer.text}`);
      if (JSON.stringify(seen.at(-1)) !== JSON.stringify(answer.json)) seen.push(answer.json);
      return fits(answer.json);
    }, `what is polled at ${path}`).catch((error) => {
      throw new Error(`${error.message}; the last answer: ${JSON.stringify(seen.at(-1))}`);
    });
    return seen;
  }
}

// Checks that an answer refuses, and why; gives what it says more.
export function refusal(answer, status, reason) {
  assert.equal(answer.status, status, answer.text);
  const { message, details } = answer.json;
  assert.ok(message.length >= 10, `"${message}" helps nobody`);
  assert.doesNotMatch(message, /sqlite|SELECT |INSERT |\.cc:|terminate called/i);
  const info = details.find((detail) => detail['@type'].endsWith('ErrorInfo'));
  if (reason) assert.equal(info.reason, reason, answer.text);
  const violations = details.find((detail) => detail['@type'].endsWith('BadRequest'))?.field_violations ?? [];
  return { message, metadata: info?.metadata ?? {}, fields: violations.map(({ field }) => field), violations };
}

// Checks that an object has these fields and no others, in the order of the contract.
export function shaped(object, fields) {
  assert.deepEqual(Object.keys(object), fields);
  return object;
}

export const isTime = (text) => assert.match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
