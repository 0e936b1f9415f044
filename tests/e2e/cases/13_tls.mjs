// The outside doors: TLS on both ports, workers' certificates, keys and certificates that change under a running server, and
// secrets that nobody sees.
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { readFileSync, writeFileSync } from 'node:fs';
import { createHash, randomBytes } from 'node:crypto';
import { Authority, replaceFile, text } from '../certificates.mjs';
import { poemRequest } from '../client.mjs';
import { assert, checkEvents, checkPoem, refused, test } from '../harness.mjs';

const portOf = (address) => Number(address.slice(address.lastIndexOf(':') + 1));

// A server with TLS whose workers need certificates.
async function secureServer(t, args = []) {
  const authority = new Authority(t.directory);
  const farm = new Authority(t.directory, 'farm');
  const door = authority.issue('door');
  const server = await t.mesh.server({
    keysFile: t.keysFile,
    args: ['--tls-cert', door.cert, '--tls-key', door.key, '--worker-ca', farm.file, ...args],
  });
  return { authority, farm, door, server, address: `localhost:${portOf(server.address)}` };
}

const workerArgs = (mesh, pair) => ['--tls-ca', mesh.authority.file, '--tls-cert', pair.cert, '--tls-key', pair.key];

async function secureGateway(t, mesh) {
  const process = t.mesh.start(['gateway', '--server', mesh.address, '--tls-ca', mesh.authority.file, '--http', '127.0.0.1:0',
    '--tls-cert', mesh.door.cert, '--tls-key', mesh.door.key]);
  const [, address] = await process.wrote(/serves HTTPS on (\S+)/);
  return { process, port: portOf(address) };
}

function callHttps({ port, ca, method = 'GET', target, token, body }) {
  const headers = { ...(token && { authorization: `Bearer ${token}` }), ...(body && { 'content-type': 'application/json' }) };
  return new Promise((resolve, reject) => {
    const request = https.request({ host: 'localhost', port, ca, method, path: target, headers, agent: false }, (response) => {
      let received = '';
      response.setEncoding('utf8').on('data', (part) => (received += part)).on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode, text: received }));
    });
    request.on('error', reject);
    request.end(body && JSON.stringify(body));
  });
}

// Reads text frames over wss until the server closes: {events, code}.
function watchWss({ port, ca, target, token }) {
  const key = randomBytes(16).toString('base64');
  const headers = {
    connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': key,
    'sec-websocket-protocol': `bearer.${token}`,
  };
  return new Promise((resolve, reject) => {
    const request = https.request({ host: 'localhost', port, ca, path: target, headers, agent: false });
    request.on('error', reject).on('response', ({ statusCode }) => reject(new Error(`status ${statusCode}, no upgrade`)));
    request.on('upgrade', (response, socket, head) => {
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      assert.equal(response.headers['sec-websocket-accept'], accept);
      let buffer = head;
      const events = [];
      const take = () => {
        while (buffer.length >= 2) {
          const short = buffer[1] & 0x7f;
          const start = short === 126 ? 4 : short === 127 ? 10 : 2;
          if (buffer.length < start) return;
          const size = short === 126 ? buffer.readUInt16BE(2) : short === 127 ? Number(buffer.readBigUInt64BE(2)) : short;
          if (buffer.length < start + size) return;
          const payload = buffer.subarray(start, start + size);
          const opcode = buffer[0] & 0x0f;
          buffer = buffer.subarray(start + size);
          if (opcode === 1) events.push(JSON.parse(payload.toString('utf8')));
          if (opcode === 8) {
            socket.end(Buffer.concat([Buffer.from([0x88, 0x82, 0, 0, 0, 0]), payload.subarray(0, 2)]));
            resolve({ events, code: payload.readUInt16BE(0) });
          }
        }
      };
      socket.on('data', (part) => {
        buffer = Buffer.concat([buffer, part]);
        take();
      });
      socket.on('error', reject).on('end', () => reject(new Error('the connection ended without a close frame')));
      take();
    });
    request.end();
  });
}

// The common name of the certificate that a port shows.
function nameShownBy(port, ca) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ port, host: 'localhost', ca, ALPNProtocols: ['h2', 'http/1.1'] }, () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

test('a poem goes through all doors over TLS: gRPC, command line, HTTPS, WSS, and a worker with a certificate', async (t) => {
  const mesh = await secureServer(t);
  const ca = mesh.authority.pem;
  t.mesh.worker({ server: mesh.address, token: await t.token('w', 'worker'), args: workerArgs(mesh, mesh.farm.issue('worker')) });
  const gateway = await secureGateway(t, mesh);
  const token = await t.token('ada');

  const client = t.client(mesh, token, { ca });
  const { id } = await client.CreateExecution(poemRequest('Over TLS'));
  await checkPoem(client, id);

  const tokenFile = path.join(t.directory, 'ada-token');
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const shown = await t.run(['run', 'poem', '--input', '{"title": "Typed"}', '--server', mesh.address, '--token-file', tokenFile],
    { env: { FLOWMESH_TLS_CA: mesh.authority.file } });
  assert.equal(shown.code, 0, shown.stderr);
  const untrusting = await t.run(['list', '--server', mesh.address, '--token-file', tokenFile, '--tls-ca', mesh.farm.file, '--deadline', '1s']);
  assert.equal(untrusting.code, 6, untrusting.stderr);
  assert.match(untrusting.stderr, /certificate/);

  const body = { flow: 'poem', start: true, input: { title: 'Over HTTPS', form: 'haiku' } };
  const created = await callHttps({ port: gateway.port, ca, method: 'POST', target: '/v1/executions', token, body });
  assert.equal(created.status, 201, created.text);
  const viaHttps = JSON.parse(created.text).id;
  const { events, code } = await watchWss({ port: gateway.port, ca, target: `/v1/executions/${viaHttps}/events`, token });
  assert.equal(code, 1000);
  checkEvents(events.map((event) => ({ ...event, seq: Number(event.seq), kind: event.state ? 'state' : 'other' })),
    { id: viaHttps, state: 'COMPLETED' });
});

test('a worker without a certificate, or with a stranger\'s, gets no work and is told why', async (t) => {
  const mesh = await secureServer(t);
  const token = await t.token('w', 'worker');
  const bare = t.mesh.worker({ server: mesh.address, token, args: ['--tls-ca', mesh.authority.file] });
  await bare.wrote(/workers of this server show a certificate .* --tls-cert FILE/);
  assert.equal((await bare.exited).code, 1);
  const stranger = t.mesh.worker({ server: mesh.address, token, args: workerArgs(mesh, mesh.authority.issue('stranger')) });
  await stranger.wrote(/cannot reach/);
  const plain = t.mesh.worker({ server: mesh.address, token });
  await plain.wrote(/cannot reach/);
  const admin = t.client(mesh, await t.token('root', 'admin'), { ca: mesh.authority.pem });
  assert.deepEqual((await admin.ListWorkers()).workers, []);
  const good = t.mesh.worker({ server: mesh.address, token, args: workerArgs(mesh, mesh.farm.issue('worker')) });
  await good.wrote(/attached as session/);
  assert.equal((await admin.ListWorkers()).workers.length, 1);

  const pair = mesh.farm.issue('lost');
  const mixed = await t.run(['worker', '--server', mesh.address, '--tls-ca', mesh.authority.file, '--tls-cert', pair.cert, '--tls-key', mesh.door.key]);
  assert.equal(mixed.code, 1);
  assert.match(mixed.stderr, /is not that of the first certificate/);
});

test('certificates are replaced under open streams, and broken ones change nothing', async (t) => {
  const mesh = await secureServer(t);
  const ca = mesh.authority.pem;
  t.mesh.worker({ server: mesh.address, token: await t.token('w', 'worker'), args: [...workerArgs(mesh, mesh.farm.issue('worker')), '--poem-pace', '40ms'] });
  const gateway = await secureGateway(t, mesh);
  const ports = [portOf(mesh.server.address), gateway.port];
  const token = await t.token('ada');
  const client = t.client(mesh, token, { ca });
  const { id } = await client.CreateExecution(poemRequest('While it changes'));
  const streamed = checkPoem(client, id);
  const viewed = callHttps({ port: gateway.port, ca, target: `/v1/executions/${id}/events`, token });
  await client.tail({ execution_id: id }, { until: ({ kind }) => kind === 'output' });

  const next = mesh.authority.issue('renewed');
  replaceFile(mesh.door.cert, text(next.cert));
  replaceFile(mesh.door.key, text(next.key));
  await Promise.all([mesh.server.wrote(/read again and in use: \S*door/), gateway.process.wrote(/read again and in use: \S*door/)]);
  for (const port of ports) assert.equal(await nameShownBy(port, ca), 'renewed');

  replaceFile(mesh.door.key, 'broken');
  await Promise.all([mesh.server.wrote(/holds no private key.*stays in use/), gateway.process.wrote(/holds no private key.*stays in use/)]);
  for (const port of ports) assert.equal(await nameShownBy(port, ca), 'renewed');

  const { events } = await streamed;
  const lines = (await viewed).text.trim().split('\n').map((line) => JSON.parse(line).result);
  assert.equal(lines.length, events.length);
  await checkPoem(t.client(mesh, token, { ca }), (await t.client(mesh, token, { ca }).CreateExecution(poemRequest('After'))).id);
});

test('keys are replaced in their file: a new one counts, a removed one does not, a broken file changes nothing', async (t) => {
  const jwk = (kid) => ({ kty: 'oct', kid, alg: 'HS256', k: createHash('sha256').update(`${t.secret} ${kid}`).digest('base64url') });
  const write = (...kids) => replaceFile(t.keysFile, JSON.stringify({ keys: kids.map(jwk) }));
  const sign = async (kid) => (await t.run(['token', '--subject', 'ada', '--keys-file', t.keysFile, '--kid', kid])).stdout.trim();
  write('old');
  const server = await t.mesh.server({ keysFile: t.keysFile });
  // The server may notice the change by itself before it is told.
  const reread = async (change) => {
    const seen = server.stderr.length;
    change();
    server.signal('SIGHUP');
    await server.wrote(new RegExp(`^[^]{${seen}}[^]*(read again and in use|stays in use)`));
  };
  const old = t.client(server, await sign('old'));
  await old.ListExecutions();

  await reread(() => write('old', 'new'));
  const renewed = t.client(server, await sign('new'));
  await Promise.all([old.ListExecutions(), renewed.ListExecutions()]);

  await reread(() => write('new'));
  const error = await refused(old.ListExecutions(), 'UNAUTHENTICATED', 'TOKEN_INVALID');
  assert.match(error.message, /"old"/);
  await renewed.ListExecutions();

  await reread(() => writeFileSync(t.keysFile, '{"keys": [{"kty": "oct", "kid": "new", "k": "c2hvcnQtYW5kLXNlY3JldA"}]}'));
  assert.match(server.stderr, /keys\[0\]\.k must be base64url of at least 32 bytes; what was read before stays in use/);
  assert.doesNotMatch(server.stderr, /c2hvcnQ|short-and-secret/);
  await renewed.ListExecutions();
});

test('a worker whose token expires goes on with the one that took its place, and loses nothing', async (t) => {
  const server = await t.mesh.server({ keysFile: t.keysFile, args: ['--token-grace', '1s'] });
  const tokenFile = path.join(t.directory, 'worker-token');
  const shortLived = await t.run(['token', '--subject', 'w', '--role', 'worker', '--ttl', '2s', '--keys-file', t.keysFile]);
  replaceFile(tokenFile, shortLived.stdout);
  const worker = t.mesh.start(['worker', '--server', server.address, '--token-file', tokenFile, '--poem-pace', '300ms']);
  await worker.wrote(/attached as session/);
  const client = t.client(server, await t.token('ada'));
  const { id } = await client.CreateExecution(poemRequest('Longer than a token'));
  replaceFile(tokenFile, await t.token('w', 'worker'));
  await worker.wrote(/attached as session[^]*attached as session/);
  await checkPoem(client, id);
  const { tasks } = await client.ListTasks({ execution_id: id });
  assert.equal(tasks[0].attempt, 1);
});

test('plain clients get nothing from a TLS port, and the port goes on', async (t) => {
  const mesh = await secureServer(t);
  const gateway = await secureGateway(t, mesh);
  for (const port of [portOf(mesh.server.address), gateway.port]) {
    const answer = await new Promise((resolve) => {
      let received = Buffer.alloc(0);
      const socket = net.connect({ port, host: '127.0.0.1' }, () => socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'));
      socket.on('data', (part) => (received = Buffer.concat([received, part]))).on('error', () => {}).on('close', () => resolve(received));
    });
    assert.doesNotMatch(answer.toString('latin1'), /HTTP\/1/);
    await nameShownBy(port, mesh.authority.pem);
  }
  await refused(t.client(mesh.server, await t.token('ada')).ListExecutions({}, { timeout: 5_000 }), 'UNAVAILABLE');
});

test('a door for others needs TLS or an explicit leave, and flags that miss their other half are refused', async (t) => {
  const authority = new Authority(t.directory);
  const door = authority.issue('door');
  const server = ['server', '--keys-file', t.keysFile, '--data', t.mesh.temporary('data')];
  const expectations = [
    [[...server, '--grpc', '0.0.0.0:0'], /--tls-cert and --tls-key.*--allow-plaintext/],
    [['gateway', '--http', '0.0.0.0:0'], /--tls-cert and --tls-key.*--allow-plaintext/],
    [['gateway', '--http', '127.0.0.1:0', '--server', 'mesh.example:7350'], /tokens would travel to mesh\.example:7350 in plain text/],
    [['worker', '--server', 'mesh.example:7350'], /--tls or --tls-ca/],
    [[...server, '--grpc', '127.0.0.1:0', '--tls-cert', door.cert], /give --tls-key too/],
    [[...server, '--grpc', '127.0.0.1:0', '--worker-ca', authority.file], /--worker-ca needs TLS/],
  ];
  for (const [args, words] of expectations) {
    const { code, stderr } = await t.run(args);
    assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
    assert.match(stderr, words);
  }
  const open = await t.mesh.server({
    keysFile: t.keysFile, grpc: '0.0.0.0:0', args: ['--tls-cert', door.cert, '--tls-key', door.key],
  });
  await t.client({ address: `localhost:${portOf(open.address)}` }, await t.token('ada'), { ca: authority.pem }).ListExecutions();
});

test('secrets stand in no process title, no environment and no output', async (t) => {
  const modelKey = `sk-${randomBytes(24).toString('hex')}`;
  const authority = new Authority(t.directory);
  const door = authority.issue('door');
  const tls = ['--tls-cert', door.cert, '--tls-key', door.key];
  const data = t.mesh.temporary('data');
  const server = t.mesh.start(['server', '--grpc', '127.0.0.1:0', '--data', data, ...tls], { env: { FLOWMESH_KEYS: t.secret } });
  const [, port] = await server.wrote(/serves gRPC on \S+:(\d+)/);
  const address = `localhost:${port}`;
  const [workerToken, userToken] = [await t.token('w', 'worker'), await t.token('ada')];
  const worker = t.mesh.start(['worker', '--server', address, '--tls-ca', authority.file, '--poem-pace', '1ms'],
    { env: { FLOWMESH_TOKEN: workerToken, OPENAI_API_KEY: modelKey } });
  await worker.wrote(/attached as session/);
  const client = t.client({ address }, userToken, { ca: authority.pem });
  await checkPoem(client, (await client.CreateExecution(poemRequest('Secret'))).id);
  await refused(t.client({ address }, `${userToken}x`, { ca: authority.pem }).ListExecutions(), 'UNAUTHENTICATED');
  writeFileSync(door.key, 'not a key any more');
  await server.wrote(/stays in use/);

  const keyLine = text(door.cert).split('\n')[1];
  assert.ok(keyLine.length > 40);
  const secrets = [t.secret, workerToken, userToken, modelKey];
  for (const running of [server, worker]) {
    const seen = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${running.child.pid}/${file}`, 'latin1'));
    for (const secret of secrets) {
      for (const where of [...seen, running.stderr, running.stdout]) assert.ok(!where.includes(secret), `${running.words} shows a secret`);
    }
  }
  for (const [args, words] of [
    [['list', '--token', userToken], /--token-file FILE/],
    [['list', '--token-file', userToken], /a token on the command line/],
    [['worker', '--text-base-url', 'https://me:hunter2@models.example/v1'], /URL with a user and password/],
  ]) {
    const { code, stdout, stderr } = await t.run(args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, words);
    assert.ok(!`${stdout}${stderr}`.includes(args.at(-1)));
  }
});
