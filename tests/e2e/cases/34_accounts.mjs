// Users and topics, on both stores: whose they are, how they count, and what is refused.
import { assert } from '../harness.mjs';
import { isTime, onBothStores, refusal, serveApps, shaped } from '../apps.mjs';

const userFields = ['id', 'username', 'declared_level', 'goals', 'profession'];
const topicFields = ['id', 'title', 'description', 'create_time'];
const unknownId = '0192f0c4-8d1e-7001-9abc-0123456789ab';
const ada = { username: 'ada', declared_level: 'Advanced', goals: 'job', profession: 'software engineer' };

onBothStores('users count from 1 for each owner, and nobody sees those of others', async (t, store) => {
  const apps = await serveApps(t, { store });
  const one = await apps.caller('one');
  const other = await apps.caller('other');
  assert.deepEqual(shaped(await one.made('/api/users', ada), userFields), { id: 1, ...ada });
  assert.deepEqual(await one.made('/api/users', { username: 'bob' }), { id: 2, username: 'bob', declared_level: '', goals: '', profession: '' });
  assert.equal((await other.made('/api/users', ada)).id, 1);

  assert.deepEqual(await one.read('/api/users/1'), { id: 1, ...ada });
  assert.deepEqual(await one.read('/api/users/1/'), { id: 1, ...ada });
  const hidden = refusal(await other.get('/api/users/2'), 404, 'USER_UNKNOWN');
  const unknown = refusal(await one.get('/api/users/3'), 404, 'USER_UNKNOWN');
  assert.equal(hidden.message.replace('2', '3'), unknown.message);
  assert.deepEqual((await other.read('/api/users')).users.map(({ username }) => username), ['ada']);

  const topic = shaped(await one.made('/api/topics', { title: 'Databases', description: 'Indexes' }), topicFields);
  isTime(topic.create_time);
  assert.deepEqual(await one.read(`/api/topics/${topic.id}`), topic);
  refusal(await other.get(`/api/topics/${topic.id}`), 404, 'TOPIC_UNKNOWN');
  refusal(await one.get(`/api/topics/${unknownId}`), 404, 'TOPIC_UNKNOWN');
  assert.deepEqual((await other.read('/api/topics')).topics, []);
  // Two topics may have one title.
  assert.notEqual((await one.made('/api/topics', { title: 'Databases' })).id, topic.id);

  for (const path of ['/api/users', '/api/topics', '/api/users/1', `/api/topics/${topic.id}`]) {
    const anonymous = await apps.page.call('GET', path);
    assert.equal(anonymous.status, 401, path);
    assert.ok(anonymous.headers['www-authenticate']);
  }
});

onBothStores('twenty users that are made at once get the numbers 1 to 20', async (t, store) => {
  const apps = await serveApps(t, { store });
  const caller = await apps.caller('ada');
  const made = await Promise.all(Array.from({ length: 20 }, (_, i) => caller.made('/api/users', { username: `user ${i}` })));
  assert.deepEqual(made.map(({ id }) => id).sort((a, b) => a - b), Array.from({ length: 20 }, (_, i) => i + 1));
  for (const user of made) assert.deepEqual(await caller.read(`/api/users/${user.id}`), user);
  // A name that is refused uses up no number.
  refusal(await caller.post('/api/users', { username: 'user 7' }), 409, 'USERNAME_TAKEN');
  assert.equal((await caller.made('/api/users', { username: 'one more' })).id, 21);

  const pages = await caller.all('/api/users', 'users', 8);
  assert.deepEqual(pages.map(({ length }) => length), [8, 8, 5]);
  // Newest first; those that one commit made are equally new.
  const ids = pages.flat().map(({ id }) => id);
  assert.equal(ids[0], 21);
  assert.deepEqual(ids.toSorted((x, y) => x - y), Array.from({ length: 21 }, (_, i) => i + 1));
  await Promise.all(Array.from({ length: 7 }, (_, i) => caller.made('/api/topics', { title: `Topic ${i}` })));
  const topics = await caller.all('/api/topics', 'topics', 3);
  assert.deepEqual(topics.map(({ length }) => length), [3, 3, 1]);
  assert.equal(new Set(topics.flat().map(({ id }) => id)).size, 7);
  const times = topics.flat().map(({ create_time }) => Date.parse(create_time));
  assert.deepEqual(times, times.toSorted((a, b) => b - a), 'not newest first');
});

onBothStores('a username belongs to one user of its owner, also when many want it at once', async (t, store) => {
  const apps = await serveApps(t, { store });
  const caller = await apps.caller('ada');
  const answers = await Promise.all(Array.from({ length: 12 }, () => caller.post('/api/users', ada)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(11).fill(409)]);
  const { id } = answers.find(({ status }) => status === 201).json;
  assert.equal(id, 1);
  for (const taken of answers.filter(({ status }) => status === 409)) {
    const { message, metadata } = refusal(taken, 409, 'USERNAME_TAKEN');
    assert.equal(metadata.user_id, '1');
    assert.match(message, /'ada'/);
  }
  assert.equal((await caller.made('/api/users', { username: 'Ada' })).id, 2);
  assert.equal((await caller.read('/api/users')).users.length, 2);
});

onBothStores('an idempotency key makes one user and one topic, whatever is lost', async (t, store) => {
  let apps = await serveApps(t, { store });
  const caller = await apps.caller('ada');
  const key = { 'idempotency-key': 'one-click' };
  for (const [path, body, changed] of [['/api/users', ada, { ...ada, goals: 'fun' }], ['/api/topics', { title: 'Tenses' }, { title: 'Articles' }]]) {
    const answers = await Promise.all(Array.from({ length: 8 }, () => caller.post(path, body, key)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array(7).fill(200), 201]);
    for (const { status, headers, json } of answers) {
      assert.deepEqual(json, answers[0].json);
      assert.equal(headers['idempotency-replayed'], status === 200 ? 'true' : undefined);
    }
    refusal(await caller.post(path, changed, key), 409, 'IDEMPOTENCY_KEY_REUSED');
    await apps.killed();
    apps = await apps.again();
    const again = await caller.post(path, body, { 'x-idempotency-key': 'one-click' });
    assert.equal(again.status, 200, again.text);
    assert.deepEqual(again.json, answers[0].json);
    const inBody = await caller.post(path, { ...body, idempotency_key: 'one-click' });
    assert.equal(inBody.headers['idempotency-replayed'], 'true');
  }
  assert.equal((await caller.read('/api/users')).users.length, 1);
  assert.equal((await caller.read('/api/topics')).topics.length, 1);
  // The key of somebody else is another key.
  assert.equal((await (await apps.caller('bob')).post('/api/users', ada, key)).status, 201);
});

onBothStores('a single object comes with its version as an etag', async (t, store) => {
  const apps = await serveApps(t, { store });
  const caller = await apps.caller('ada');
  const user = await caller.post('/api/users', ada);
  const topic = await caller.post('/api/topics', { title: 'Tenses' });
  for (const [made, path] of [[user, '/api/users/1'], [topic, `/api/topics/${topic.json.id}`]]) {
    assert.match(made.headers.etag, /^"\d+"$/);
    assert.equal((await caller.get(path)).headers.etag, made.headers.etag);
  }
});

onBothStores('a user or topic that is not acceptable is refused with what is wrong, and changes nothing', async (t, store) => {
  const apps = await serveApps(t, { store });
  const caller = await apps.caller('ada');
  const cases = [
    ['/api/users', {}, ['username']],
    ['/api/users', { username: '' }, ['username']],
    ['/api/users', { username: 'x'.repeat(151), goals: 'x'.repeat(501) }, ['username', 'goals']],
    ['/api/users', { username: 'x', declared_level: 'x'.repeat(101), profession: 'x'.repeat(201) }, ['declared_level', 'profession']],
    ['/api/users', { username: 7 }, ['username']],
    ['/api/topics', {}, ['title']],
    ['/api/topics', { title: 'x'.repeat(201), description: 'x'.repeat(4001) }, ['title', 'description']],
    ['/api/topics', { title: 'x', idempotency_key: 'x'.repeat(257) }, ['idempotency_key']],
  ];
  for (const [path, body, fields] of cases) {
    const what = JSON.stringify(body).slice(0, 60);
    const refused = refusal(await caller.post(path, body), 400);
    assert.deepEqual(refused.fields, fields, `${path} ${what}`);
    assert.ok(refused.violations.every(({ description }) => description.length > 5));
  }
  refusal(await caller.post('/api/users', '{"username":'), 400);
  refusal(await caller.post('/api/users', { username: 'x', nickname: 'y' }), 400);
  const unreadable = ['users/0', 'users/-1', 'users/x', 'users/99999999999', 'topics/x', 'users?page_size=-1', 'topics?page_token=x'];
  for (const path of unreadable) refusal(await caller.get(`/api/${path}`), 400);
  assert.equal((await caller.call('DELETE', '/api/users/1')).status, 405);
  assert.deepEqual((await caller.read('/api/users')).users, []);
  assert.deepEqual((await caller.read('/api/topics')).topics, []);
  // Names of every script fit; their length counts characters.
  assert.equal((await caller.made('/api/users', { username: 'ż'.repeat(150) })).id, 1);
});
