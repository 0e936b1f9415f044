// Servers by several addresses, and connections that end with age so that everybody spreads anew.
import net from 'node:net';
import { Authority } from '../certificates.mjs';
import { poemRequest } from '../client.mjs';
import { TcpProxy } from '../faults/tcp_proxy.mjs';
import { assert, checkEvents, checkPoem, eachOf, eventually, test } from '../harness.mjs';
import { bearer, gateway } from '../http_client.mjs';
import { steadyPort } from '../processes.mjs';

// An address that takes connections and never says a word.
async function silentAddress(t) {
  const sockets = [];
  const silent = net.createServer((socket) => sockets.push(socket.on('error', () => {})));
  await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve));
  t.atEnd(() => {
    sockets.forEach((socket) => socket.destroy());
    return new Promise((resolve) => silent.close(resolve));
  });
  return `127.0.0.1:${silent.address().port}`;
}

async function proxyTo(t, address) {
  const proxy = await TcpProxy.open(address);
  t.atEnd(() => proxy.close());
  return proxy;
}

// Reads an execution to its end, going on behind the last event whenever the stream is cut.
async function follow(client, id) {
  const events = [];
  for (let breaks = 0; ; ++breaks) {
    try {
      await client.tail({ execution_id: id, after: events.length }, { hear: (event) => events.push(event) });
      return { events, breaks };
    } catch (error) {
      assert.equal(error.code, 'UNAVAILABLE', error.message);
    }
  }
}

const attached = (worker) => worker.stderr.split('attached as session').length - 1;

test('connections that end with age cost no attempt, no event and no viewer of a gateway its stream', async (t) => {
  const server = await t.mesh.server({ keysFile: t.keysFile, args: ['--connection-age', '1s'] });
  const worker = t.mesh.worker({ server: server.address, token: await t.token('w', 'worker'), args: ['--poem-pace', '400ms', '--slots', '8'] });
  const token = await t.token('ada');
  const client = t.client(server, token);
  const door = await gateway(t, server);
  const created = await eachOf(Array.from({ length: 4 }), 4, (_, i) => client.CreateExecution(poemRequest(`An old connection ${i}`)));
  const path = `/v1/executions/${created[0].id}/events`;
  const socket = await door.socket(path, { headers: bearer(token) });
  const sse = door.events(path, { headers: bearer(token) });
  const followed = await Promise.all(created.map(({ id }) => follow(client, id)));
  for (const [i, { events }] of followed.entries()) {
    checkEvents(events, { id: created[i].id, state: 'COMPLETED' });
    const tasks = await client.tasks(created[i].id);
    assert.deepEqual(tasks.map(({ attempt }) => attempt), [1], 'an attempt was lost with a connection');
  }
  assert.ok(followed.some(({ breaks }) => breaks > 1), 'no connection ended with age');
  assert.ok(attached(worker) > 2, worker.stderr);
  const seqs = followed[0].events.map(({ seq }) => seq);
  const shown = await sse;
  assert.deepEqual(shown.filter(({ id }) => id !== undefined).map(({ id }) => id), seqs);
  assert.equal(shown.at(-1).event, 'end');
  await socket.ended;
  assert.equal(socket.closeCode, 1000);
  assert.deepEqual(socket.messages.map(({ seq }) => Number(seq)), seqs);
}, { timeout: 90_000 });

test('of several addresses those that are dead or silent cost nobody time', async (t) => {
  const dev = await t.mesh.dev();
  const [dead, silent] = [`127.0.0.1:${await steadyPort()}`, await silentAddress(t)];
  const lists = [[dead, dev.address], [dev.address, dead], [silent, dead, dev.address]];
  for (const list of lists) {
    const begin = performance.now();
    const args = ['run', 'poem', '--server', list.join(','), '--input', '{"title": "One of them is there"}'];
    const { code, stderr } = await t.run(args);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /does not answer/);
    assert.ok(performance.now() - begin < 5_000, `it took ${performance.now() - begin} ms`);
  }
  const door = await gateway(t, { address: lists[2].join(',') });
  for (let i = 0; i < 10; ++i) assert.equal((await door.call('GET', '/v1/executions')).status, 200);
});

test('a worker whose server goes away is attached through another address at once, with what it holds', async (t) => {
  const server = await t.mesh.server({ keysFile: t.keysFile });
  const ways = await eachOf([0, 1], 2, () => proxyTo(t, server.address));
  await ways[1].shut();
  const addresses = [await silentAddress(t), ...ways.map(({ address }) => address)].join(',');
  const worker = t.mesh.worker({ server: addresses, token: await t.token('w', 'worker'), args: ['--poem-pace', '300ms', '--slots', '4'] });
  const token = await t.token('ada');
  const client = t.client(server, token);
  const door = await gateway(t, { address: addresses });
  const created = await eachOf(Array.from({ length: 4 }), 4, (_, i) => client.CreateExecution(poemRequest(`Another way ${i}`)));
  const [{ id }] = created;
  const sse = door.events(`/v1/executions/${id}/events`, { headers: bearer(token) });
  await client.tail({ execution_id: id }, { until: ({ kind }) => kind === 'output' });
  const times = [];
  for (const [from, to] of [ways, ways.toReversed(), ways]) {
    await to.listen();
    await eventually(() => to.pairs.size >= 2, 'worker and gateway know both ways');
    const before = attached(worker);
    const begin = performance.now();
    await from.shut();
    await eventually(() => attached(worker) > before, 'the worker is attached again');
    times.push(performance.now() - begin);
  }
  assert.ok(Math.max(...times) < 1_500, `the worker waited before it went to the other address: ${times}`);
  const seqs = (await checkPoem(client, id)).events.map(({ seq }) => seq);
  for (const one of created.slice(1)) await checkPoem(client, one.id);
  for (const one of created) assert.equal((await client.tasks(one.id))[0].attempt, 1);
  assert.deepEqual((await sse).filter((event) => event.id !== undefined).map((event) => event.id), seqs);
  console.log(`        attached again after ${times.map((time) => `${Math.round(time)} ms`).join(', ')}`);
}, { timeout: 90_000 });

test('workers spread over all addresses', async (t) => {
  const server = await t.mesh.server({ keysFile: t.keysFile });
  const ways = await eachOf([0, 1], 2, () => proxyTo(t, server.address));
  const addresses = ways.map(({ address }) => address).join(',');
  const token = await t.token('w', 'worker');
  const workers = Array.from({ length: 16 }, (_, i) => t.mesh.worker({ server: addresses, token, args: ['--name', `w${i}`, '--slots', '1'] }));
  await Promise.all(workers.map((worker) => worker.wrote(/attached as session/)));
  // What a worker serves is said where it attaches, and nowhere else.
  const there = ways.map(({ pairs }) => [...pairs].filter(({ sent }) => sent > 1_000).length);
  assert.equal(there[0] + there[1], 16, `${there}`);
  assert.ok(Math.min(...there) > 0, `${there} workers are attached by the two addresses`);
});

test('several addresses work over TLS, by an address that all share or by a name', async (t) => {
  const authority = new Authority(t.directory);
  const pair = authority.issue('door');
  const server = await t.mesh.server({ keysFile: t.keysFile, args: ['--tls-cert', pair.cert, '--tls-key', pair.key] });
  const port = server.address.split(':').at(-1);
  const tokenFile = t.tokenFile(await t.token('ada'));
  const list = (addresses, ...args) => t.run(['list', '--server', addresses, '--tls-ca', authority.file, '--token-file', tokenFile, '--deadline', '5s', ...args]);
  const dead = await steadyPort();
  for (const [addresses, ...args] of [
    [`127.0.0.1:${dead},127.0.0.1:${port}`],
    [`127.0.0.2:${dead},127.0.0.1:${port}`, '--tls-name', 'localhost'],
    [`[::1]:${dead},127.0.0.1:${port}`, '--tls-name', 'localhost'],
    [`dns:///localhost:${port}`],
  ]) {
    const { code, stderr } = await list(addresses, ...args);
    assert.equal(code, 0, `${addresses}: ${stderr}`);
  }
  const nameless = await list(`127.0.0.2:${dead},127.0.0.1:${port}`);
  assert.equal(nameless.code, 2, nameless.stderr);
  assert.match(nameless.stderr, /--tls-name/);
  const foreign = await list(`127.0.0.1:${dead},127.0.0.1:${port}`, '--tls-name', 'elsewhere');
  assert.notEqual(foreign.code, 0);
});

test('an address that is none is refused with what to write', async (t) => {
  const tokenFile = t.tokenFile('x.y.z');
  for (const [address, says] of [
    ['nowhere', /HOST:PORT/],
    ['a.internal:7350,b.internal:7350', /dns:\/\/\/NAME:PORT/],
    ['http://127.0.0.1:7350', /HOST:PORT/],
    ['127.0.0.1:7350,127.0.0.1:99999', /from 1 to 65535/],
    ['127.0.0.1:7350,10.0.0.1:7350', /plain text/],
  ]) {
    for (const command of [['worker', '--token-file', tokenFile], ['gateway', '--http', '127.0.0.1:0'], ['list', '--token-file', tokenFile]]) {
      const { code, stderr } = await t.run([...command, '--server', address]);
      assert.notEqual(code, 0);
      assert.match(stderr, says, command[0]);
    }
  }
});
