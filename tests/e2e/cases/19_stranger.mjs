// What a careless or hostile stranger sends: each request of the tables is answered with the status that fits, in words that help,
// and changes nothing; afterwards the process serves as before.
import { gzipSync } from 'node:zlib';
import { assert, test } from '../harness.mjs';
import { bearer, gateway } from '../http_client.mjs';

const allowed = 'https://app.example.org';
const evil = 'https://evil.example.org';
const id = '0192f0c4-8d1e-7001-9abc-0123456789ab';
const bytes = (text) => Buffer.from(text, 'latin1');

// Bodies of POST /v1/executions that are not JSON, or not this JSON.
const bodies = [
  ['half an object', '{"flow":"poem"'], ['blanks alone', ' \n '], ['two values', '{"flow":"poem"}{}'], ['something behind', '{"flow":"poem"} x'],
  ['a list', '[]'], ['a string', '"poem"'], ['nothing but null', 'null'], ['a byte order mark', '\xef\xbb\xbf{"flow":"poem"}'],
  ['bytes that are no UTF-8', '{"flow":"\xff"}'], ['an overlong slash', '{"flow":"\xc0\xaf"}'], ['half a surrogate', '{"flow":"\\ud800"}'],
  ['a key twice', '{"flow":"poem","flow":"poem"}'], ['a key twice, once escaped', '{"flow":"poem","\\u0066low":"poem"}'],
  ['a field under two names', '{"flow":"poem","idempotency_key":"a","idempotencyKey":"a"}'],
  ['a comma too many', '{"flow":"poem",}'], ['single quotes', "{'flow':'poem'}"], ['no quotes', '{flow:"poem"}'], ['a comment', '{"flow":"poem"/**/}'],
  ['a raw line feed', '{"flow":"po\nem"}'], ['a NUL', '{"flow":"poem"}\0'], ['a quoted boolean', '{"flow":"poem","start":"true"}'],
  ['null for an element', '{"flow":"poem","labels":{"a":null}}'], ['a number too large', '{"flow":"poem","priority":4294967301}'],
  ['half a number', '{"flow":"poem","priority":0.5}'], ['a number that is none', '{"flow":"poem","priority":NaN}'], ['a zero too many', '{"flow":"poem","priority":05}'],
  ['an unknown field', '{"flow":"poem","inptu":{}}'], ['an unknown field inside', '{"flow":"poem","input":{"titel":"x"}}'],
  ['an unknown type', '{"flow":"poem","input":{"@type":"type.googleapis.com/no.Such"}}'], ['an enum by no name', '{"flow":"poem","concurrency_policy":"MAYBE"}'],
  ['101 levels', `{"flow":"poem","labels":${'['.repeat(101)}${']'.repeat(101)}}`], ['a million levels', '['.repeat(1_000_000)],
  ['a time that is none', '{"flow":"poem","timeout":"soon"}'], ['no flow', '{}'], ['nothing at all', ''],
];

// Whole requests: [what, bytes, status]. `T` stands for the line with the token.
const requests = [
  ['a query field that is not there', `GET /v1/executions?bogus=1`, 400],
  ['a query field twice', 'GET /v1/executions?page_size=1&page_size=2', 400],
  ['a query field under two names', 'GET /v1/executions?page_size=1&pageSize=1', 400],
  ['a number that is none', 'GET /v1/executions?page_size=many', 400],
  ['a state that is none', 'GET /v1/executions?states=NOPE', 400],
  ['a time that is none', 'GET /v1/executions?created_after=yesterday', 400],
  ['a field that the path binds', `GET /v1/executions/${id}?id=x`, 400],
  ['a bad escape in the query', 'GET /v1/executions?flow=%zz', 400],
  ['no UTF-8 in the query', 'GET /v1/executions?flow=%ff', 400],
  ['257 parameters', `GET /v1/executions?${'states=1&'.repeat(257)}`, 400],
  ['an empty token', 'GET /v1/executions?token=', 400],
  ['a token in the URL', 'GET /v1/executions?token=abc', 401],
  ['a bad escape in the path', 'GET /v1/executions/%', 400],
  ['no UTF-8 in the path', 'GET /v1/executions/%c3%28', 400],
  ['an encoded way out', 'GET /v1/executions/..%2f..%2fetc', 400],
  ['a way out', 'GET /../../etc/passwd', 404],
  ['an empty segment', 'GET /v1//executions', 404],
  ['nothing there', 'GET /v2/executions', 404],
  ['a target of nine kilobytes', `GET /v1/executions?flow=${'x'.repeat(9000)}`, 414],
  ['a seq beyond the numbers', `GET /v1/executions/${id}/events?after=9223372036854775808`, 400],
  ['a seq below zero', `GET /v1/executions/${id}/events?after=-1`, 400],
  ['a Last-Event-ID that is none', `GET /v1/executions/${id}/events\nAccept: text/event-stream\nLast-Event-ID: x`, 400],
  ['an answer in a picture', 'GET /v1/executions\nAccept: image/png', 406],
  ['a deadline that is none', 'GET /v1/executions\nGrpc-Timeout: soon', 400],
  ['another deadline that is none', 'GET /v1/executions\nX-Request-Timeout: -1', 400],
  ['another method', 'PUT /v1/executions\nContent-Length: 0', 405],
  ['deleting them all', 'DELETE /v1/executions', 405],
  ['a method by header', 'POST /v1/flows\nX-HTTP-Method-Override: GET\nContent-Length: 0', 405],
  ['a method that nobody knows', 'BREW /v1/executions', 501],
  ['a tunnel', 'CONNECT example.org:443', 400],
  ['a proxy', 'GET http://example.org/v1/executions', 400],
  ['a body where none belongs', 'GET /v1/executions\nContent-Type: application/json\nContent-Length: 2\n\n{}', 400],
  ['an unknown type of body', 'POST /v1/executions\nContent-Type: text/plain\nContent-Length: 2\n\n{}', 415],
  ['another charset', 'POST /v1/executions\nContent-Type: application/json; charset=latin1\nContent-Length: 2\n\n{}', 415],
  ['another coding', 'POST /v1/executions\nContent-Type: application/json\nContent-Encoding: br\nContent-Length: 2\n\n{}', 415],
  ['a file', 'POST /v1/executions\nContent-Type: multipart/form-data; boundary=x\nContent-Length: 2\n\n{}', 415],
  ['gzip that is none', 'POST /v1/executions\nContent-Type: application/json\nContent-Encoding: gzip\nContent-Length: 2\n\n{}', 400],
  ['protobuf that is none', 'POST /v1/executions\nContent-Type: application/x-protobuf\nContent-Length: 2\n\n\x0a\x7f', 400],
  ['an expectation', 'POST /v1/executions\nExpect: 200-maybe\nContent-Length: 0', 417],
  ['17 MiB', `POST /v1/executions\nContent-Type: application/json\nContent-Length: ${17 << 20}`, 413],
  ['a header of nine kilobytes', `GET /v1/executions\nX-Long: ${'x'.repeat(9000)}`, 431],
  ['200 headers', `GET /v1/executions${'\nX-A: b'.repeat(200)}`, 431],
  ['an upgrade to something else', 'GET /v1/executions\nConnection: Upgrade\nUpgrade: h2c', 200],
  ['a key too long', `POST /v1/executions\nIdempotency-Key: ${'k'.repeat(300)}\nContent-Type: application/json\nContent-Length: 15\n\n{"flow":"poem"}`, 400],
  ['an identity of its own', 'GET /v1/executions?owner=ada\nX-User: ada\nX-Forwarded-User: ada\nGrpc-Metadata-X-Roles: admin', 403],
];

// Framing that two readers could take for two different things. What follows must never be answered.
const shapes = [
  ['a length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
  ['chunks in disguise', 'Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n', 400],
  ['chunks of something', 'Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n', 501],
  ['chunks and none', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n', 400],
  ['a blank before the colon', 'Content-Length : 0\r\n\r\n', 400],
  ['two lengths', 'Content-Length: 0\r\nContent-Length: 30\r\n\r\n', 400],
  ['a length with a sign', 'Content-Length: -1\r\n\r\n', 400],
  ['a length beyond the numbers', 'Content-Length: 18446744073709551617\r\n\r\n', 400],
  ['a folded line', 'X-A: b\r\n\tContent-Length: 9\r\nContent-Length: 0\r\n\r\n', 400],
  ['a line that ends in LF', 'X-A: b\nContent-Length: 0\r\n\r\n', 400],
  ['a line that ends in CR', 'X-A: b\rContent-Length: 9\r\nContent-Length: 0\r\n\r\n', 400],
  ['no name', ': b\r\nContent-Length: 0\r\n\r\n', 400],
  ['a second host', 'Host: elsewhere\r\nContent-Length: 0\r\n\r\n', 400],
  ['a chunk beyond the numbers', 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000001\r\n{', 400],
  ['a chunk below zero', 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n{', 400],
  ['a chunk that runs over', 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}}\r\n0\r\n\r\n', 400],
];

const withHeads = (text, token) => {
  const [head, ...body] = text.split('\n\n');
  const [line, ...fields] = head.split('\n');
  return bytes([`${line} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${token}`, 'Connection: close', ...fields, '', body.join('\n\n')].join('\r\n'));
};

function checkAnswer(what, answer, status) {
  assert.equal(answer.status, status, `${what}: ${answer.text}`);
  if (status < 400) return;
  const { code, status: name, message } = JSON.parse(answer.text);
  assert.ok(code > 0 && name && message.length >= 10, `${what}: "${answer.text}" helps nobody`);
  assert.doesNotMatch(answer.text, /boost|beast|libprotobuf|\.cc|sqlite|SELECT|\/home|exception/i, what);
  assert.ok(answer.headers['x-request-id'], what);
}

test('a stranger who sends anything at all gets the right answer and does no harm', async (t) => {
  const server = await t.mesh.server({ keysFile: t.keysFile });
  const page = await gateway(t, server, ['--allow-origin', allowed]);
  const token = await t.token('stranger');
  const headers = bearer(token);

  // They take ten seconds to be told that they are slow; the rest happens meanwhile.
  const slow = ['GET /v1/exec', 'GET /v1/executions HTTP/1.1\r\nHost: localhost\r\nX-Slow: '].map((begin) => page.say(begin, { toTheEnd: true }));

  for (const [what, body] of bodies) {
    const request = `POST /v1/executions\nContent-Type: application/json\nContent-Length: ${bytes(body).length}\n\n`;
    checkAnswer(what, await page.say(Buffer.concat([withHeads(request, token), bytes(body)])), 400);
  }
  for (const [what, request, status] of requests) {
    const [head, body] = request.split('\n\n');
    checkAnswer(what, await page.say(Buffer.concat([withHeads(`${head}\n\n`, token), bytes(body ?? '')])), status);
  }
  for (const [what, rest, status] of shapes) {
    const start = `POST /v1/executions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n`;
    const answer = await page.say(bytes(`${start}${rest}GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n`), { toTheEnd: true });
    checkAnswer(what, answer, status);
    assert.equal(answer.answers, 1, `${what}: what followed was answered`);
  }
  const bomb = gzipSync(Buffer.alloc(64 << 20, ' '));
  const unpacked = `POST /v1/executions\nContent-Type: application/json\nContent-Encoding: gzip\nContent-Length: ${bomb.length}\n\n`;
  checkAnswer('64 MiB in a small parcel', await page.say(Buffer.concat([withHeads(unpacked, token), bomb])), 413);
  for (const noise of ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '\r\n\r\n\r\n\r\n', 'x\r\n\r\n']) {
    const answer = await page.say(bytes(noise), { toTheEnd: true });
    assert.ok([400, 505].includes(answer.status), `${JSON.stringify(noise)}: ${answer.status}`);
  }

  // Pages of other people.
  const preflight = (origin) =>
    page.call('OPTIONS', '/v1/executions', { headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' } });
  assert.equal((await preflight(allowed)).headers['access-control-allow-origin'], allowed);
  assert.equal((await preflight(evil)).headers['access-control-allow-origin'], undefined);
  assert.equal((await page.call('GET', '/v1/executions', { headers: { ...headers, origin: evil } })).headers['access-control-allow-origin'], undefined);
  const socket = (origin) => page.socket(`/api/flows/executions/${id}/logs/ws`, { headers: { ...headers, origin } });
  for (const origin of [evil, 'null', `${allowed}.evil.example.org`, 'http://app.example.org']) assert.equal((await socket(origin)).status, 403, origin);
  assert.equal((await socket(allowed)).status, 404);

  for (const answer of await Promise.all(slow)) checkAnswer('a slow header', answer, 408);

  // Nothing happened, and all is well.
  assert.equal(page.process.child.exitCode, null);
  assert.equal((await page.call('GET', '/readyz')).status, 200);
  assert.deepEqual((await page.call('GET', '/v1/executions', { headers })).json.executions, []);
  const made = await page.call('POST', '/v1/executions', { body: { flow: 'poem', input: { title: 'Calm' } }, headers });
  assert.equal(made.status, 201, made.text);
});
