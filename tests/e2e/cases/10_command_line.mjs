// The program itself: its client commands, and how it stops.
import { assert, checkPoem, eachOf, test } from '../harness.mjs';
import { poemRequest, poemText } from '../client.mjs';

const input = JSON.stringify({ title: 'From the command line', form: 'haiku' });

test('flowmesh run prints the result as JSON and nothing else on standard output', async (t) => {
  const dev = await t.mesh.dev();
  const { code, stdout, stderr } = await t.run(['run', 'poem', '--server', dev.address, '--input', input]);
  assert.equal(code, 0, stderr);
  const poem = JSON.parse(stdout);
  assert.equal(poem.form, 'haiku');
  assert.ok(stderr.includes(poemText(poem).split('\n')[0]), 'the verse was not streamed');
  assert.match(stderr, /COMPLETED/);
  assert.doesNotMatch(stdout + stderr, /\x1b/, 'terminal codes in a pipe');
});

test('flowmesh run reads the input from a pipe and its exit codes tell outcomes apart', async (t) => {
  const dev = await t.mesh.dev({ args: ['--poem-pace', '200ms'] });
  const call = (args, options) => t.run(['run', 'poem', '--server', dev.address, ...args], options);
  assert.equal((await call(['--input-file', '-', '--no-follow'], { input })).code, 0);
  const refusal = await call(['--input', '{"titel": "x"}']);
  assert.equal(refusal.code, 2);
  assert.match(refusal.stderr, /input\.titel/);
  assert.equal((await call(['--input', '{}'])).code, 2);
  assert.equal((await t.run(['run', 'peom', '--server', dev.address])).code, 2);
  assert.equal((await call(['--input', '{"title": "Late", "form": "sonnet"}', '--timeout', '300ms'])).code, 4);
  assert.equal((await t.run(['run', 'poem', '--server', '127.0.0.1:1', '--deadline', '200ms'])).code, 6);
});

test('Ctrl-C cancels the execution and waits for its end', async (t) => {
  const dev = await t.mesh.dev({ args: ['--poem-pace', '200ms'] });
  const command = t.mesh.start(['run', 'poem', '--server', dev.address, '--input', '{"title": "Stopped", "form": "sonnet"}']);
  await command.wrote(/line 1 of/);
  command.signal('SIGINT');
  assert.equal((await command.exited).code, 5, command.stderr);
  const [execution] = await t.client(dev).list();
  assert.equal(execution.state, 'CANCELLED');
});

test('flowmesh run goes on after the server was killed and started again', async (t) => {
  const first = await t.mesh.dev({ args: ['--poem-pace', '100ms'] });
  const command = t.mesh.start(['run', 'poem', '--server', first.address, '--input', '{"title": "Unbroken", "form": "sonnet"}']);
  await command.wrote(/line 3 of/);
  await first.stop('SIGKILL');
  await t.mesh.dev({ data: first.data, grpc: first.address });
  assert.equal((await command.exited).code, 0, command.stderr);
  const lines = poemText(JSON.parse(command.stdout)).split('\n').filter(Boolean);
  for (const line of lines) assert.equal(command.stderr.split(`${line}\n`).length, 2, `"${line}" is not shown exactly once`);
});

test('logs, list, inspect and cancel speak of the same execution', async (t) => {
  const dev = await t.mesh.dev();
  const call = async (...args) => {
    const { code, stdout, stderr } = await t.run([...args, '--server', dev.address]);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const id = (await call('run', 'poem', '--input', input, '--label', 'from=shell', '--no-follow')).trim();
  const events = (await call('logs', id, '-f', '--json')).trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(events.map(({ seq }) => Number(seq)), events.map((_, i) => i + 1));
  assert.equal(events.at(-1).state.state, 'COMPLETED');
  assert.equal((await call('logs', id, '--after', String(events.length - 1), '--json')).trim().split('\n').length, 1);
  assert.match(await call('logs', id), /COMPLETED/);

  assert.match(await call('list', '--label', 'from=shell', '--state', 'completed'), new RegExp(id));
  assert.doesNotMatch(await call('list', '--label', 'from=elsewhere'), new RegExp(id));
  const inspected = JSON.parse(await call('inspect', id, '--json'));
  assert.equal(inspected.execution.state, 'COMPLETED');
  assert.equal(inspected.execution.input.title, 'From the command line');
  assert.equal(inspected.tasks.length, 1);
  assert.match(await call('inspect', id), /COMPLETED/);
  const cancel = await t.run(['cancel', id, '--server', dev.address]);
  assert.equal(cancel.code, 2);
  assert.match(cancel.stderr, /COMPLETED/);
});

test('SIGTERM ends the server within ten seconds and running poems complete after the restart', async (t) => {
  const first = await t.mesh.dev({ args: ['--poem-pace', '1s', '--slots', '16'] });
  const client = t.client(first);
  const created = await Promise.all(Array.from({ length: 16 }, (_, i) => client.CreateExecution(poemRequest(`Drained ${i}`))));
  await Promise.all(created.map(({ id }) => client.tail({ execution_id: id }, { until: ({ kind }) => kind === 'output' })));
  const cut = client.tail({ execution_id: created[0].id }).then(() => 'OK', ({ code }) => code);
  const begin = performance.now();
  const { code, signal } = await first.stop('SIGTERM');
  assert.ok(performance.now() - begin < 10_000, 'it took ten seconds');
  assert.equal(code, 0, `code ${code}, signal ${signal}\n${first.stderr}`);
  assert.equal(await cut, 'UNAVAILABLE');

  const again = t.client(await t.mesh.dev({ data: first.data }));
  await eachOf(created, 16, ({ id }) => checkPoem(again, id));
});
