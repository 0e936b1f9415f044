// Everything that a caller can get wrong: the code, the reason, a message that helps, and nothing created.
import { assert, refused, test } from '../harness.mjs';
import { forgeToken, poemRequest } from '../client.mjs';

const unknownId = '0192f0c4-8d1e-7001-9abc-0123456789ab';
const now = () => Math.floor(Date.now() / 1000);

const badCreates = [
  ['an unknown flow', { ...poemRequest('x'), flow: 'peom' }, 'NOT_FOUND', 'FLOW_UNKNOWN', /peom/],
  ['no flow', { ...poemRequest('x'), flow: '' }, 'INVALID_ARGUMENT', undefined, /flow/],
  ['input of another type', { ...poemRequest('x'), input: { '@type': 'type.googleapis.com/flowmesh.poem.v1.Poem', title: 'x' } },
    'INVALID_ARGUMENT', undefined, /WritePoem|type/],
  ['input that does not parse', { ...poemRequest('x'), input: { type_url: 'type.googleapis.com/flowmesh.poem.v1.WritePoem', value: Buffer.from([0x0a, 0x7f]) } },
    'INVALID_ARGUMENT', undefined, /input/],
  ['an empty title', poemRequest(''), 'INVALID_ARGUMENT', 'FIELDS_INVALID', /title/],
  ['a form that does not exist', poemRequest('x', { input: { form: 'epic' } }), 'INVALID_ARGUMENT', 'FIELDS_INVALID', /form/],
  ['an input of 5 MiB', poemRequest('x', { input: { description: 'y'.repeat(5 << 20) } }), 'INVALID_ARGUMENT', undefined, /artifact|characters|at most/],
  ['priority 10', poemRequest('x', { priority: 10 }), 'INVALID_ARGUMENT', 'FIELDS_INVALID', /priority/],
  ['a timeout of zero', poemRequest('x', { timeout: { seconds: 0, nanos: 0 } }), 'INVALID_ARGUMENT', undefined, /timeout/],
  ['a timeout of a hundred years', poemRequest('x', { timeout: { seconds: 3_200_000_000 } }), 'INVALID_ARGUMENT', undefined, /timeout/],
  ['65 labels', poemRequest('x', { labels: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`l${i}`, 'v'])) }),
    'INVALID_ARGUMENT', 'FIELDS_INVALID', /labels/],
  ['a label of 300 bytes', poemRequest('x', { labels: { long: 'v'.repeat(300) } }), 'INVALID_ARGUMENT', undefined, /label/],
  ['an idempotency key of 300 characters', poemRequest('x', { idempotency_key: 'k'.repeat(300) }), 'INVALID_ARGUMENT', undefined, /key/],
];

test('bad creates are refused with a reason and create nothing', async (t) => {
  const client = t.client(await t.mesh.dev());
  for (const [what, request, code, reason, words] of badCreates) {
    const error = await refused(client.CreateExecution(request), code, reason).catch((wrong) => {
      throw new Error(`${what}: ${wrong.message}`);
    });
    const text = `${error.message} ${JSON.stringify(error.violations)}`;
    assert.match(text, words, what);
    if (error.reason === 'FIELDS_INVALID') assert.ok(error.violations.length > 0, `${what}: no violation`);
    assert.equal(error.domain, 'flowmesh', what);
  }
  assert.deepEqual(await client.list({ owner: '*' }), []);
});

test('every wrong field is named at once', async (t) => {
  const client = t.client(await t.mesh.dev());
  const error = await refused(client.CreateExecution(poemRequest('', { input: { form: 'epic', description: 'd'.repeat(4001) } })),
    'INVALID_ARGUMENT', 'FIELDS_INVALID');
  assert.deepEqual(error.violations.map(({ field }) => field).sort(), ['input.description', 'input.form', 'input.title']);
});

test('ids that are malformed or unknown, and bad pages, are refused', async (t) => {
  const client = t.client(await t.mesh.dev());
  const byId = [
    ['GetExecution', 'id'], ['StartExecution', 'id'], ['CancelExecution', 'id'], ['ListTasks', 'execution_id'], ['ListEvents', 'execution_id'],
  ];
  for (const [method, field] of byId) {
    const malformed = await refused(client[method]({ [field]: 'not-an-id' }), 'INVALID_ARGUMENT');
    assert.equal(malformed.violations[0].field, field, method);
    const missing = await refused(client[method]({}), 'INVALID_ARGUMENT');
    assert.equal(missing.violations[0].field, field, method);
    await refused(client[method]({ [field]: unknownId }), 'NOT_FOUND');
  }
  await refused(client.tail({ execution_id: unknownId }), 'NOT_FOUND');
  await refused(client.tail({ execution_id: 'not-an-id' }), 'INVALID_ARGUMENT');
  const page = await refused(client.ListExecutions({ page_size: -1 }), 'INVALID_ARGUMENT', 'FIELDS_INVALID');
  assert.equal(page.violations[0].field, 'page_size');
  await refused(client.ListExecutions({ page_token: 'made up' }), 'INVALID_ARGUMENT');
});

test('somebody else\'s execution answers exactly like an unknown one', async (t) => {
  const dev = await t.mesh.dev({ args: ['--keys-file', t.keysFile] });
  const [ada, ben] = [t.client(dev, await t.token('ada')), t.client(dev, await t.token('ben'))];
  const { id } = await ada.CreateExecution(poemRequest('Private', { start: false }));
  const calls = [
    (request) => ben.GetExecution({ id: request }),
    (request) => ben.StartExecution({ id: request }),
    (request) => ben.CancelExecution({ id: request }),
    (request) => ben.ListTasks({ execution_id: request }),
    (request) => ben.ListEvents({ execution_id: request }),
    (request) => ben.tail({ execution_id: request }),
  ];
  for (const call of calls) {
    const foreign = await refused(call(id), 'NOT_FOUND');
    const unknown = await refused(call(unknownId), 'NOT_FOUND');
    const shape = (error, given) => JSON.stringify([error.code, error.reason, error.message, error.metadata]).replaceAll(given, 'ID');
    assert.equal(shape(foreign, id), shape(unknown, unknownId));
  }
  assert.deepEqual(await ben.list(), []);
  await refused(ben.list({ owner: 'ada' }), 'PERMISSION_DENIED', 'ROLE_REQUIRED');
  assert.equal((await ada.GetExecution({ id })).state, 'CREATED');
});

test('tokens that are expired, forged, unsigned or of another key are refused', async (t) => {
  const server = await t.mesh.server({ keysFile: t.keysFile });
  const good = { sub: 'ada', iat: now(), exp: now() + 600 };
  await t.client(server, forgeToken(t.secret, good)).ListExecutions();

  const unsigned = `${forgeToken('', good, { alg: 'none' }).split('.').slice(0, 2).join('.')}.`;
  const [head, body, mark] = forgeToken(t.secret, good).split('.');
  const changed = Buffer.from(JSON.stringify({ ...good, sub: 'ben' })).toString('base64url');
  const bad = [
    ['none', undefined, 'TOKEN_MISSING'],
    ['expired', forgeToken(t.secret, { ...good, exp: now() - 3600 }), 'TOKEN_EXPIRED'],
    ['of another key', forgeToken('some other secret of thirty-two bytes', good), 'TOKEN_INVALID'],
    ['unsigned', unsigned, 'TOKEN_INVALID'],
    ['with another subject than was signed', `${head}.${changed}.${mark}`, 'TOKEN_INVALID'],
    ['without an end', forgeToken(t.secret, { sub: 'ada' }), 'TOKEN_INVALID'],
    ['without a subject', forgeToken(t.secret, { exp: now() + 600 }), 'TOKEN_INVALID'],
    ['that is no token', 'abc', 'TOKEN_INVALID'],
  ];
  for (const [what, token, reason] of bad) {
    const client = t.client(server, token);
    const error = await refused(client.CreateExecution(poemRequest('x')), 'UNAUTHENTICATED').catch((wrong) => {
      throw new Error(`${what}: ${wrong.message}`);
    });
    assert.equal(error.reason, reason, what);
    await refused(client.tail({ execution_id: unknownId }), 'UNAUTHENTICATED', reason);
  }
  assert.deepEqual(await t.client(server, await t.token('root', 'admin')).list({ owner: '*' }), []);
});

test('a token that is sent to dev is verified', async (t) => {
  const dev = await t.mesh.dev({ args: ['--keys-file', t.keysFile] });
  await t.client(dev).ListExecutions();
  await refused(t.client(dev, forgeToken('some other secret of thirty-two bytes', { sub: 'ada', exp: now() + 600 })).ListExecutions(),
    'UNAUTHENTICATED', 'TOKEN_INVALID');
});
