// One poem, seen through generated stubs.
import { assert, checkEvents, checkPoem, refused, test } from '../harness.mjs';
import { foldOutput, poemRequest, poemText } from '../client.mjs';

test('a poem is created, started, followed to its end and read', async (t) => {
  const client = t.client(await t.mesh.dev());
  const created = await client.CreateExecution(poemRequest('The lighthouse in winter', { start: false, labels: { kind: 'test' } }));
  assert.equal(created.state, 'CREATED');
  assert.equal(created.owner, 'dev');
  assert.equal(created.labels.kind, 'test');
  const started = await client.StartExecution({ id: created.id });
  assert.notEqual(started.state, 'CREATED');
  assert.equal((await client.StartExecution({ id: created.id })).id, created.id, 'starting twice is starting once');

  const { events, execution } = await checkPoem(client, created.id);
  assert.equal(execution.output.title.length > 0, true);
  assert.equal(execution.output.model, 'builtin/poet-1');
  assert.equal(execution.output.form, 'sonnet');
  assert.equal(execution.input.title, 'The lighthouse in winter');
  assert.equal(execution.progress.percent, 100);
  for (const kind of ['log', 'output', 'progress', 'state', 'usage']) {
    assert.ok(events.some((event) => event.kind === kind), `no ${kind} event`);
  }
  const { tasks } = await client.ListTasks({ execution_id: created.id });
  assert.deepEqual(tasks.map(({ task, kind, state, attempt }) => ({ task, kind, state, attempt })),
    [{ task: 0, kind: 'ROOT', state: 'COMPLETED', attempt: 1 }]);
});

test('events can be read again after any seq, by kind and in pages, and are the same', async (t) => {
  const client = t.client(await t.mesh.dev());
  const { id } = await client.CreateExecution(poemRequest('Rain on the harbour'));
  const events = await client.tail({ execution_id: id });
  for (let after = 0; after < events.length; ++after) {
    const rest = await client.tail({ execution_id: id, after });
    assert.deepEqual(rest, events.slice(after), `after ${after}`);
  }
  assert.deepEqual(await client.tail({ execution_id: id, after: events.length }), []);
  assert.deepEqual(await client.tail({ execution_id: id, follow: false }), events);

  const some = await client.tail({ execution_id: id, kinds: ['log,progress'] });
  const expected = events.filter((event) => ['log', 'progress'].includes(event.kind));
  assert.deepEqual(some, [...expected, events.at(-1)], 'the final state comes whatever kinds are asked for');

  const paged = [];
  let page_token = '';
  do {
    const page = await client.ListEvents({ execution_id: id, page_size: 3, page_token });
    assert.ok(page.events.length <= 3);
    paged.push(...page.events);
    page_token = page.next_page_token;
  } while (page_token);
  assert.deepEqual(paged, events);

  const error = await refused(client.tail({ execution_id: id, after: events.length + 5 }), 'OUT_OF_RANGE');
  assert.equal(error.metadata.last_seq, String(events.length));
});

test('many readers of one execution see the same events while it runs', async (t) => {
  const client = t.client(await t.mesh.dev({ args: ['--poem-pace', '20ms'] }));
  const { id } = await client.CreateExecution(poemRequest('A crowd at the window'));
  const streams = await Promise.all(Array.from({ length: 30 }, () => client.tail({ execution_id: id })));
  checkEvents(streams[0], { id, state: 'COMPLETED' });
  for (const events of streams) assert.deepEqual(events, streams[0]);
});

test('equal seeds give equal poems, other seeds other ones', async (t) => {
  const client = t.client(await t.mesh.dev());
  const write = async (seed) => {
    const { id } = await client.CreateExecution(poemRequest('A paper boat', { input: { seed } }));
    const { events, execution } = await checkPoem(client, id);
    assert.equal(foldOutput(events), poemText(execution.output));
    return poemText(execution.output);
  };
  const [first, again, other] = [await write(7), await write(7), await write(8)];
  assert.equal(first, again);
  assert.notEqual(first, other);
});
