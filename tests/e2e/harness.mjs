// What a case is made of: `test('a sentence', async (t) => {...})`. `t` starts processes, makes clients and tokens; everything it
// made is gone after the case.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, foldOutput, isFinal, poemText } from './client.mjs';
import { Mesh, flowmesh, run } from './processes.mjs';

export { assert };
export const cases = [];

export function test(name, body, { timeout = 60_000 } = {}) {
  cases.push({ name, body, timeout });
}

export class Skipped extends Error {}

export class Case {
  constructor() {
    this.directory = mkdtempSync(path.join(tmpdir(), 'flowmesh-e2e-'));
    this.mesh = new Mesh(this.directory);
    this.clients = [];
    this.cleanups = [];
    this.secret = 'a secret that signs the tokens of this one case';
    this.keysFile = path.join(this.directory, 'keys');
    writeFileSync(this.keysFile, this.secret, { mode: 0o600 });
  }

  client(serving, token, tls) {
    const client = new Client(serving.address, token, tls);
    this.clients.push(client);
    return client;
  }

  // Signed by `flowmesh token` with the case's keys.
  async token(subject, ...roles) {
    const args = ['token', '--subject', subject, '--ttl', '1h', '--keys-file', this.keysFile];
    const { code, stdout, stderr } = await run(flowmesh, [...args, ...roles.flatMap((role) => ['--role', role])]);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  }

  // A file that holds a token.
  tokenFile(token) {
    const file = path.join(mkdtempSync(path.join(this.directory, 'token-')), 'token');
    writeFileSync(file, token, { mode: 0o600 });
    return file;
  }

  run(args, options) {
    return run(flowmesh, args, options);
  }

  atEnd(cleanup) {
    this.cleanups.unshift(cleanup);
  }

  skip(reason) {
    throw new Skipped(reason);
  }

  async close() {
    for (const client of this.clients) client.close();
    await this.mesh.close();
    for (const cleanup of this.cleanups) await cleanup();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

// Awaits an error and checks its code and reason; the message must tell the caller something.
export async function refused(promise, code, reason) {
  let error;
  try {
    await promise;
  } catch (caught) {
    error = caught;
  }
  assert.ok(error, `expected ${code}, got an answer`);
  assert.equal(error.code, code, error.message);
  if (reason) assert.equal(error.reason, reason, error.message);
  assert.ok(error.message.length >= 10, `"${error.message}" helps nobody`);
  assert.doesNotMatch(error.message, /sqlite|SELECT |INSERT |\.cc:|terminate called/i);
  return error;
}

// Checks what every finished execution's events must be: numbered without gaps, of this execution, with one final state at the
// very end.
export function checkEvents(events, { after = 0, id, state } = {}) {
  assert.deepEqual(events.map(({ seq }) => seq), events.map((_, i) => after + i + 1), 'seqs have gaps or repeats');
  if (id) assert.ok(events.every(({ execution_id }) => execution_id === id), 'an event of another execution');
  const finals = events.filter((event) => event.kind === 'state' && isFinal(event.state.state));
  assert.equal(finals.length, 1, 'exactly one final state');
  assert.equal(events.at(-1), finals[0], 'the final state is the last event');
  if (state) assert.equal(finals[0].state.state, state);
}

// Follows an execution to its end and checks that it is a poem whose output stands in the stream once.
export async function checkPoem(client, id) {
  const events = await client.tail({ execution_id: id });
  checkEvents(events, { id, state: 'COMPLETED' });
  const execution = await client.GetExecution({ id });
  assert.equal(execution.state, 'COMPLETED');
  assert.equal(execution.last_seq, events.length);
  assert.ok(execution.output.stanzas.length > 0);
  assert.equal(foldOutput(events), poemText(execution.output), 'the folded output is not the poem');
  return { events, execution };
}

// Calls `work` for every item, at most `width` at a time; results in the items' order.
export async function eachOf(items, width, work) {
  const results = new Array(items.length);
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i], i);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return results;
}

// Resolves once `look` gives something true.
export async function eventually(look, what, patience = 30_000) {
  const end = performance.now() + patience;
  while (!(await look())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${patience / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// Repeats a call that is answered with "try again in ..." as the server advises, at most `times` times.
export async function asAdvised(call, times = 50) {
  for (let i = 0; ; ++i) {
    try {
      return await call();
    } catch (error) {
      if (error.retryDelay === undefined || i === times) throw error;
      await new Promise((resolve) => setTimeout(resolve, error.retryDelay));
    }
  }
}
