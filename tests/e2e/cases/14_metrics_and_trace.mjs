// One request through all processes: its trace from the client to the model's provider and in every log, and what /metrics says
// afterwards.
import http from 'node:http';
import { assert, test } from '../harness.mjs';
import { readMetrics } from '../metrics_text.mjs';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const clientSpan = '00f067aa0ba902b7';
const traceparent = `00-${traceId}-${clientSpan}-01`;

// An OpenAI-compatible endpoint that writes three lines.
async function provider(t) {
  const requests = [];
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => {
      requests.push(request.headers);
      const chunk = (fields) => response.write(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'verse-1', ...fields })}\n\n`);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      chunk({ choices: [{ index: 0, delta: { content: 'The gulls are late,\nthe tide is early;\nsomebody left the lamp on.\n' }, finish_reason: null }] });
      chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
      chunk({ choices: [], usage: { prompt_tokens: 41, completion_tokens: 17, total_tokens: 58 } });
      response.end('data: [DONE]\n\n');
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  t.atEnd(() => server.close());
  return { requests, url: `http://127.0.0.1:${server.address().port}/v1` };
}

async function scrape(serving) {
  const [, address] = await serving.wrote(/serves metrics on ([\d.]+:\d+)/);
  const response = await fetch(`http://${address}/metrics`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
  return readMetrics(await response.text());
}

// The log's lines; each must be a JSON object.
const logOf = (serving) => serving.stderr.trim().split('\n').map((line) => JSON.parse(line));

const observed = ['--metrics', '0', '--log-format', 'json', '--access-log'];
const secrets = ['sk-of-the-test', 'title-of-the-test'];

test('a trace goes from the client to the provider, with a span of each hop, and stands in every log', async (t) => {
  const fake = await provider(t);
  const server = await t.mesh.server({ keysFile: t.keysFile, args: observed });
  const worker = t.mesh.worker({
    server: server.address,
    token: await t.token('w', 'worker'),
    args: [...observed, '--text-model', 'verse-1', '--text-base-url', fake.url, '--text-provider', 'fake'],
  });
  const gateway = t.mesh.start(['gateway', '--server', server.address, '--http', '127.0.0.1:0', ...observed]);
  const [, door] = await gateway.wrote(/serves HTTP on ([\d.]+:\d+)/);
  const token = await t.token('ada');
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'x-request-id': 'request-of-the-test',
    traceparent,
    tracestate: 'rojo=1',
  };
  const created = await fetch(`http://${door}/v1/executions`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ flow: 'poem', input: { title: 'title-of-the-test', form: 'haiku' }, start: true }),
  });
  const execution = await created.json();
  assert.equal(created.status, 201, JSON.stringify(execution));
  assert.equal(execution.labels['x-trace-id'], traceId);
  const { id } = execution;
  const events = await fetch(`http://${door}/v1/executions/${id}/events`, { headers: { authorization: headers.authorization } });
  assert.match((await events.text()).trim().split('\n').at(-1), /COMPLETED/);

  const [call] = fake.requests;
  const sent = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(call.traceparent);
  assert.ok(sent, call.traceparent);
  assert.equal(sent[1], traceId);

  // Every process is done with it once it has written its lines.
  const processes = { gateway, server, worker };
  const awaited = { gateway: /"route":"\/v1\/executions\/\{execution_id\}\/events"/, server: /"message":"LogStream\/Tail/, worker: /"outcome":"finished"/ };
  for (const [name, pattern] of Object.entries(awaited)) await processes[name].wrote(pattern);
  const traced = Object.fromEntries(
    Object.entries(processes).map(([name, one]) => [name, logOf(one).filter((line) => line.trace_id === traceId)]));
  for (const [name, lines] of Object.entries(traced)) {
    assert.ok(lines.length > 0, `no line of the ${name} has the trace`);
    assert.ok(lines.some((line) => line.request_id === 'request-of-the-test'), `no line of the ${name} has the request's id`);
    if (name !== 'gateway') assert.ok(lines.some((line) => line.execution_id === id), `no line of the ${name} has the execution`);
    for (const secret of [...secrets, token]) assert.ok(!processes[name].stderr.includes(secret), `the ${name} logs "${secret}"`);
  }
  // The client's span is nobody's own; the gateway's is not the provider's parent.
  const [line] = traced.gateway;
  assert.match(line.route, /^\/v1\/executions$/);
  assert.equal(line.status, '201');
  assert.notEqual(line.span_id, clientSpan);
  assert.notEqual(line.span_id, sent[2]);
  assert.notEqual(sent[2], clientSpan);
  assert.ok(traced.server.some((one) => one.state === 'COMPLETED' && one.execution_id === id), 'no line about the end');

  const [g, s, w] = [await scrape(gateway), await scrape(server), await scrape(worker)];
  assert.equal(g('flowmesh_gateway_requests_total', { route: '/v1/executions', method: 'POST', code: '201' }), 1);
  assert.equal(s('flowmesh_grpc_requests_total', { method: 'Orchestrator/CreateExecution', code: 'OK' }), 1);
  assert.equal(s('flowmesh_engine_executions_ended_total', { flow: 'poem', state: 'completed' }), 1);
  assert.equal(s('flowmesh_engine_sessions', { state: 'attached' }), 1);
  assert.equal(w('flowmesh_worker_tasks_ended_total', { type: 'poem', outcome: 'finished' }), 1);
  assert.equal(w('flowmesh_model_calls_total', { provider: 'fake', model: 'verse-1', outcome: 'ok' }), 1);
  assert.equal(w('flowmesh_model_tokens_total', { direction: 'output' }), 17);
  for (const metrics of [g, s, w]) {
    assert.equal(metrics('flowmesh_build_info'), 1);
    assert.ok(metrics('process_resident_memory_bytes') > 1e6);
    for (const { name, labels } of metrics.samples) {
      for (const value of labels.values()) assert.ok(!value.includes(id) && value !== 'ada', `${name} has the label ${value}`);
    }
  }
});

test('in dev one page has the metrics of all parts; a gateway of its own shows none at its door', async (t) => {
  const dev = await t.mesh.dev({ args: ['--http', '127.0.0.1:0'] });
  const [, door] = await dev.wrote(/serves HTTP on ([\d.]+:\d+)/);
  const run = await fetch(`http://${door}/v1/executions:run`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ flow: 'poem', input: { title: 'Harbour', form: 'haiku' } }),
  });
  assert.equal((await run.json()).state, 'COMPLETED');
  const page = await fetch(`http://${door}/metrics`);
  assert.equal(page.status, 200);
  const metrics = readMetrics(await page.text());
  for (const part of ['engine', 'gateway', 'grpc', 'log_stream', 'worker']) {
    assert.ok([...metrics.names].some((name) => name.startsWith(`flowmesh_${part}_`)), `nothing about the ${part}`);
  }
  assert.equal(metrics('flowmesh_worker_tasks_ended_total', { outcome: 'finished' }), 1);
  assert.equal(metrics('flowmesh_engine_executions_ended_total', { state: 'completed' }), 1);
  assert.ok(!dev.stderr.includes('POST '), 'requests are logged although nobody asked for it');

  const gateway = t.mesh.start(['gateway', '--server', dev.address, '--http', '127.0.0.1:0']);
  const [, other] = await gateway.wrote(/serves HTTP on ([\d.]+:\d+)/);
  assert.equal((await fetch(`http://${other}/metrics`)).status, 404);
});

test('metrics are served to others than this machine only by an explicit word', async (t) => {
  const server = ['server', '--grpc', '127.0.0.1:0', '--data', t.mesh.temporary('data'), '--keys-file', t.keysFile];
  const refused = await t.run([...server, '--metrics', '0.0.0.0:0']);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /--allow-plaintext/);
  const nonsense = await t.run([...server, '--metrics', 'everywhere']);
  assert.equal(nonsense.code, 2);
  assert.match(nonsense.stderr, /127\.0\.0\.1:9464/);
  const allowed = await t.mesh.server({ keysFile: t.keysFile, args: ['--metrics', '0.0.0.0:0', '--allow-plaintext'] });
  await allowed.wrote(/serves metrics on 0\.0\.0\.0:\d+/);
});
