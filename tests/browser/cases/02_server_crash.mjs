// kill -9 of the server while the page watches.
import { assert, test } from '../harness.mjs';
import { PoemPage } from '../poem_page.mjs';

const slowly = { args: ['--poem-pace', '150ms'] };

test('kill -9 in the middle of a poem: the page comes back and shows every line once', async (t) => {
  const first = await t.dev(slowly);
  const page = await PoemPage.open(t, first);
  await page.write({ title: 'Night ferry', description: 'engine, gulls, coffee', form: 'Ballad' });
  await page.verse(4);
  const id = await page.id();
  await first.stop('SIGKILL');
  await page.connection('waiting');
  assert.match(await page.page.locator('.connection').innerText(), /^reconnecting/);
  assert.ok(await page.button.isDisabled(), 'a second poem while the first one runs');
  await t.screenshot(page.page, '02_reconnecting');

  await t.dev({ again: first });
  await page.over();
  const { execution, events } = await page.isComplete();
  assert.equal(execution.id, id);
  assert.ok(events.some(({ attempt }) => attempt > 1), 'the crash interrupted nothing');
  assert.equal((await page.executions()).length, 1);
});

// Runs inside the page: what any page would do with the browser's own means.
function watchPlainly(id) {
  window.plain = { sse: [], ws: [], sseEnded: false, wsEnded: false };
  const { plain } = window;
  const source = new EventSource(`/v1/executions/${id}/events`);
  for (const kind of ['log', 'output', 'progress', 'state', 'child', 'usage', 'artifact']) {
    source.addEventListener(kind, (event) => plain.sse.push(Number(event.lastEventId)));
  }
  source.addEventListener('end', () => {
    plain.sseEnded = true;
    source.close();
  });
  const connect = () => {
    const socket = new WebSocket(`ws://${location.host}/api/flows/executions/${id}/logs/ws?after=${plain.ws.at(-1) ?? 0}`);
    socket.onmessage = ({ data }) => plain.ws.push(Number(JSON.parse(data).seq));
    socket.onclose = ({ code }) => {
      if (code === 1000) plain.wsEnded = true;
      else setTimeout(connect, 100);
    };
  };
  connect();
}

test('a plain EventSource and a plain WebSocket get 1..n over kill -9', async (t) => {
  const first = await t.dev(slowly);
  const { page } = await PoemPage.open(t, first);
  const id = await page.evaluate(async () => {
    const response = await fetch('/v1/executions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ flow: 'poem', input: { title: 'Two watchers', form: 'ballad' }, start: true }),
    });
    return (await response.json()).id;
  });
  await page.evaluate(watchPlainly, id);
  await page.waitForFunction(() => window.plain.sse.length > 8 && window.plain.ws.length > 8);
  await first.stop('SIGKILL');
  const before = await page.evaluate(() => ({ sse: window.plain.sse.length, ws: window.plain.ws.length }));

  const second = await t.dev({ again: first });
  await page.waitForFunction(() => window.plain.sseEnded && window.plain.wsEnded);
  const { last_seq: last } = await (await fetch(`${second.origin}/v1/executions/${id}`)).json();
  const all = Array.from({ length: Number(last) }, (_, i) => i + 1);
  const { sse, ws } = await page.evaluate(() => window.plain);
  assert.deepEqual(sse, all);
  assert.deepEqual(ws, all);
  assert.ok(before.sse < all.length && before.ws < all.length, 'the crash came too late');
});

test('a server that stops in order is waited for as well', async (t) => {
  const first = await t.dev(slowly);
  const page = await PoemPage.open(t, first);
  await page.write({ title: 'Shift change', form: 'Ballad' });
  await page.verse(3);
  await first.stop('SIGTERM');
  await page.connection('waiting');
  await t.dev({ again: first });
  await page.over();
  await page.isComplete();
});
