// A poem written by an OpenAI-compatible model; the endpoint is a fake that answers in the published shapes.
import http from 'node:http';
import { assert, checkPoem, test } from '../harness.mjs';
import { poemRequest } from '../client.mjs';

const verse = ['The gulls are late,\n', 'the tide is ', 'early;\nsomebody ', 'left the lamp on.\n'];

async function endpoint(t, answer) {
  const requests = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => (body += piece));
    request.on('end', () => {
      requests.push({ path: request.url, headers: request.headers, body: JSON.parse(body) });
      answer(response, requests.length);
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  t.atEnd(() => server.close());
  return { requests, url: `http://127.0.0.1:${server.address().port}/v1` };
}

function stream(response) {
  const chunk = (fields) => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'verse-1', ...fields })}\n\n`;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] }));
  for (const content of verse) response.write(chunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }));
  response.write(chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
  response.write(chunk({ choices: [], usage: { prompt_tokens: 41, completion_tokens: 17, total_tokens: 58 } }));
  response.end('data: [DONE]\n\n');
}

const withModel = ({ url }) => ({
  args: ['--text-model', 'verse-1', '--text-base-url', url, '--text-provider', 'fake'],
  env: { OPENAI_API_KEY: 'sk-of-the-test' },
});

test('a model behind an endpoint writes the poem, and its tokens are events', async (t) => {
  const fake = await endpoint(t, stream);
  const dev = await t.mesh.dev(withModel(fake));
  const client = t.client(dev);
  const { id } = await client.CreateExecution(poemRequest('Low water', { input: { form: 'haiku' } }));
  const { events, execution } = await checkPoem(client, id);
  assert.equal(execution.output.model, 'fake/verse-1');
  assert.deepEqual(execution.output.stanzas[0].lines, ['The gulls are late,', 'the tide is early;', 'somebody left the lamp on.']);
  const { usage } = events.find((event) => event.kind === 'usage');
  assert.equal(usage.input_tokens, 41);
  assert.equal(usage.output_tokens, 17);
  assert.equal(usage.provider, 'fake');
  const [request] = fake.requests;
  assert.equal(request.path, '/v1/chat/completions');
  assert.equal(request.headers.authorization, 'Bearer sk-of-the-test');
  assert.ok(request.headers['idempotency-key']);
  assert.equal(request.body.stream, true);
  assert.ok(!dev.stderr.includes('sk-of-the-test'), 'the key stands in the log');
});

test('a model that is overloaded is asked again, one that refuses the key fails the poem at once', async (t) => {
  const busy = await endpoint(t, (response, count) => {
    if (count > 1) return stream(response);
    response.writeHead(503, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: 'overloaded', type: 'server_error', param: null, code: null } }));
  });
  const patient = t.client(await t.mesh.dev(withModel(busy)));
  const { id } = await patient.CreateExecution(poemRequest('Second try', { input: { form: 'haiku' } }));
  await checkPoem(patient, id);
  assert.equal(busy.requests.length, 2);
  assert.equal(busy.requests[0].headers['idempotency-key'], busy.requests[1].headers['idempotency-key']);

  const locked = await endpoint(t, (response) => {
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: 'Incorrect API key', type: 'invalid_request_error', param: null, code: 'invalid_api_key' } }));
  });
  const client = t.client(await t.mesh.dev(withModel(locked)));
  const failed = await client.CreateExecution(poemRequest('No entry', { input: { form: 'haiku' } }));
  await client.tail({ execution_id: failed.id });
  const execution = await client.GetExecution({ id: failed.id });
  assert.equal(execution.state, 'FAILED');
  assert.equal(execution.failure.retryable, false);
  assert.equal(locked.requests.length, 1);
});
