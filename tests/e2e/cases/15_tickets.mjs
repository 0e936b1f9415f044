// Tickets: streams for readers that cannot send headers, such as a browser's EventSource and WebSocket.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { forgeToken, poemRequest } from '../client.mjs';
import { assert, checkEvents, refused, test } from '../harness.mjs';
import { bearer, devWithGateway, gateway } from '../http_client.mjs';

const unknownId = '0192f0c4-8d1e-7001-9abc-0123456789ab';
const eventsOf = (id) => `/v1/executions/${id}/events`;
const socketOf = (id) => `/api/flows/executions/${id}/logs/ws`;
const asEvents = (messages) => messages.map((event) => ({ ...event, seq: Number(event.seq), kind: event.state ? 'state' : 'other' }));

async function buy(page, target, headers) {
  const answer = await page.call('POST', '/v1/tickets', { body: { path: target }, headers });
  assert.equal(answer.status, 201, answer.text);
  const left = Date.parse(answer.json.expire_time) - Date.now();
  assert.ok(left > 30_000 && left <= 60_000, `${left} ms`);
  return answer.json.token;
}

const reasonOf = ({ json }) => json.details[0].reason;

test('a ticket opens the one stream that it was bought for, as EventSource and as WebSocket', async (t) => {
  const server = await t.mesh.server({ keysFile: t.keysFile });
  t.mesh.worker({ server: server.address, token: await t.token('w', 'worker') });
  const page = await gateway(t, server);
  const token = await t.token('ada');
  const ada = t.client(server, token);
  const { id } = await ada.CreateExecution(poemRequest('Harbour'));
  const other = await ada.CreateExecution(poemRequest('Another', { start: false }));

  const ticket = await buy(page, eventsOf(id), bearer(token));
  const events = await page.events(`${eventsOf(id)}?token=${ticket}`);
  assert.equal(events.at(-1).event, 'end');
  checkEvents(asEvents(events.slice(0, -1).map(({ data }) => data)), { id, state: 'COMPLETED' });
  const rest = await page.events(`${eventsOf(id)}?after=3&token=${ticket}`);
  assert.deepEqual(rest.map(({ id: seq }) => seq), events.slice(3).map(({ id: seq }) => seq));

  const forSocket = await buy(page, socketOf(id), bearer(token));
  for (const [target, headers] of [[`?token=${forSocket}`, {}], ['', { 'sec-websocket-protocol': `bearer.${forSocket}` }]]) {
    const socket = await page.socket(socketOf(id) + target, { headers });
    assert.equal(socket.status, 101);
    await socket.ended;
    assert.equal(socket.closeCode, 1000);
    checkEvents(asEvents(socket.messages), { id, state: 'COMPLETED' });
  }

  // A ticket from a URL's log is worth no more than the stream that the URL names, whatever door it is carried to.
  for (const target of [eventsOf(other.id), socketOf(id), '/v1/watch']) {
    const elsewhere = await page.call('GET', `${target}?token=${ticket}`);
    assert.equal(elsewhere.status, 401, elsewhere.text);
    assert.equal(reasonOf(elsewhere), 'TICKET_FOR_ANOTHER_PATH');
    assert.ok(elsewhere.headers['www-authenticate']);
  }
  assert.equal(reasonOf(await page.call('GET', `/v1/executions/${id}?token=${ticket}`)), 'TICKET_NOT_ACCEPTED');
  assert.equal(reasonOf(await page.call('GET', `/v1/executions/${id}`, { headers: bearer(ticket) })), 'TICKET_NOT_ACCEPTED');
  const again = await page.call('POST', '/v1/tickets', { body: { path: eventsOf(id) }, headers: bearer(ticket) });
  assert.equal(again.status, 401);
  assert.equal(reasonOf(again), 'TICKET_NOT_ACCEPTED');
  const holder = t.client(server, ticket);
  await holder.tail({ execution_id: id });
  await refused(holder.tail({ execution_id: other.id }), 'UNAUTHENTICATED', 'TICKET_FOR_ANOTHER_PATH');
  await refused(holder.GetExecution({ id }), 'UNAUTHENTICATED', 'TICKET_NOT_ACCEPTED');
  await refused(holder.ListEvents({ execution_id: id }), 'UNAUTHENTICATED', 'TICKET_NOT_ACCEPTED');
  await refused(holder.CreateExecution(poemRequest('Stolen')), 'UNAUTHENTICATED', 'TICKET_NOT_ACCEPTED');

  // Nor does it make its buyer more than he is, and a bearer token itself still does not belong into a URL.
  const bobs = await buy(page, eventsOf(id), bearer(await t.token('bob')));
  assert.equal((await page.call('GET', `${eventsOf(id)}?token=${bobs}`)).status, 404);
  assert.equal(reasonOf(await page.call('GET', `${eventsOf(id)}?token=${token}`)), 'TOKEN_IN_QUERY');
  for (const process of [server, page.process]) {
    for (const secret of [ticket, forSocket, bobs, token]) assert.ok(!(process.stdout + process.stderr).includes(secret));
  }
});

test('tickets are refused for what is no stream, without a token, forged or damaged', async (t) => {
  const server = await t.mesh.server({ keysFile: t.keysFile });
  const page = await gateway(t, server);
  const headers = bearer(await t.token('ada'));
  for (const wrong of ['', 'v1/watch', 'https://elsewhere.example/v1/watch', '/v1/watch#x', '/v1/executions', '/v1/tickets', '/x', '/v1/watch?'.padEnd(3000, 'x')]) {
    const answer = await page.call('POST', '/v1/tickets', { body: { path: wrong }, headers });
    assert.equal(answer.status, 400, `${wrong}: ${answer.text}`);
    assert.equal(answer.json.details[1].field_violations[0].field, 'path', answer.text);
  }
  assert.equal((await page.call('POST', '/v1/tickets', { body: { path: '/v1/watch' } })).status, 401);
  const ticket = await buy(page, eventsOf(unknownId), headers);
  const [head, claims, mark] = ticket.split('.');
  const mine = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(claims, 'base64url')), sub: 'bob' })).toString('base64url');
  for (const bad of [`${head}.${mine}.${mark}`, `${head}.${claims}.`, `${head}.${claims}`]) {
    assert.equal((await page.call('GET', `${eventsOf(unknownId)}?token=${bad}`)).status, 401, bad);
  }
  assert.equal((await page.call('GET', `${eventsOf(unknownId)}?token=${ticket}`)).status, 404);
});

test('every server with the same keys takes a ticket, also across a change of keys', async (t) => {
  const key = (kid, letter) => ({ kty: 'oct', alg: 'HS256', kid, k: Buffer.from(letter.repeat(32)).toString('base64url') });
  const serve = async (name, ...keys) => {
    const keysFile = path.join(t.directory, name);
    writeFileSync(keysFile, JSON.stringify({ keys }), { mode: 0o600 });
    return t.mesh.server({ keysFile });
  };
  const [first, second, stranger] = [key('2024', 'a'), key('2025', 'b'), key('2024', 'c')];
  const [before, between, foreign] = await Promise.all([serve('before', first), serve('between', second, first), serve('foreign', stranger)]);
  const claims = { sub: 'ada', exp: Math.floor(Date.now() / 1000) + 600 };
  const token = forgeToken('a'.repeat(32), claims, { alg: 'HS256', kid: '2024' });
  const ticket = await buy(await gateway(t, before), eventsOf(unknownId), bearer(token));
  await refused(t.client(before, ticket).tail({ execution_id: unknownId }), 'NOT_FOUND');
  await refused(t.client(between, ticket).tail({ execution_id: unknownId }), 'NOT_FOUND');
  await refused(t.client(foreign, ticket).tail({ execution_id: unknownId }), 'UNAUTHENTICATED', 'TICKET_INVALID');
});

test('streams end with the token that bought their ticket', async (t) => {
  const server = await t.mesh.server({ keysFile: t.keysFile });
  const page = await gateway(t, server);
  const lasting = t.client(server, await t.token('ada'));
  const { id } = await lasting.CreateExecution(poemRequest('Waiting', { start: false }));
  const exp = Math.floor(Date.now() / 1000) + 8;
  const token = forgeToken(t.secret, { sub: 'ada', exp });
  const ticketFor = async (target) => {
    const answer = await page.call('POST', '/v1/tickets', { body: { path: target }, headers: bearer(token) });
    assert.equal(answer.status, 201, answer.text);
    assert.equal(Date.parse(answer.json.expire_time), exp * 1000, 'a ticket does not outlive its token');
    return answer.json.token;
  };
  const direct = t.client(server, await ticketFor(eventsOf(id))).tail({ execution_id: id });
  direct.catch(() => {});
  const events = page.events(`${eventsOf(id)}?token=${await ticketFor(eventsOf(id))}`);
  events.catch(() => {});
  const socket = await page.socket(`${socketOf(id)}?token=${await ticketFor(socketOf(id))}`);
  assert.equal(socket.status, 101);

  await refused(direct, 'UNAUTHENTICATED', 'TOKEN_EXPIRED');
  const last = (await events).at(-1);
  assert.equal(last.event, 'error');
  assert.equal(last.data.details[0].reason, 'TOKEN_EXPIRED');
  await socket.ended;
  assert.equal(socket.closeCode, 1008);
  assert.ok(Date.now() >= exp * 1000);
  assert.equal((await lasting.GetExecution({ id })).state, 'CREATED');
});

test('dev sells tickets without a token', async (t) => {
  const page = await devWithGateway(t);
  const { json } = await page.call('POST', '/v1/executions', { body: { flow: 'poem', input: { title: 'Dew', form: 'haiku' }, start: true } });
  const answer = await page.call('POST', '/v1/tickets', { body: { path: socketOf(json.id) } });
  assert.equal(answer.status, 201, answer.text);
  const socket = await page.socket(`${socketOf(json.id)}?token=${answer.json.token}`);
  await socket.ended;
  assert.equal(socket.closeCode, 1000);
  checkEvents(asEvents(socket.messages), { id: json.id, state: 'COMPLETED' });
});
