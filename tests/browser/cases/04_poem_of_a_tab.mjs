// What a tab remembers, steers and refuses.
import http from 'node:http';
import { assert, test } from '../harness.mjs';
import { PoemPage } from '../poem_page.mjs';

test('loading the page again in the middle of a poem goes on with it', async (t) => {
  const page = await PoemPage.open(t, await t.dev({ args: ['--poem-pace', '1h'] }));
  await page.write({ title: 'Second sight', form: 'Sonnet' });
  await page.verse(1);
  const id = await page.id();
  await page.page.reload();
  await page.verse(1);
  assert.equal(await page.id(), id);
  assert.equal(await page.page.getByLabel('Title').inputValue(), 'Second sight');
  assert.ok(await page.page.getByRole('radio', { name: 'Sonnet' }).isChecked());
  assert.ok(await page.button.isDisabled());
  assert.equal((await page.executions()).length, 1);
});

test('loading the page again in the middle of a poem shows it whole', async (t) => {
  const page = await PoemPage.open(t, await t.dev({ args: ['--poem-pace', '150ms'] }));
  await page.write({ title: 'Second sight', form: 'Sonnet' });
  await page.verse(3);
  await page.page.reload();
  await page.over();
  await page.isComplete();
  assert.equal((await page.executions()).length, 1);

  await page.page.reload();
  await page.over();
  await page.isComplete();
  await page.page.getByRole('button', { name: 'New sheet' }).click();
  await page.page.getByText('The sheet is still empty').waitFor();
  await page.page.goBack();
  await page.over();
  await page.isComplete();
});

test('a double click asks once, and a poem can be cancelled and asked for anew', async (t) => {
  const page = await PoemPage.open(t, await t.dev({ args: ['--poem-pace', '10s'] }));
  await page.fill({ title: 'Half a poem', form: 'Sonnet' });
  await page.button.dblclick();
  await page.verse(1);
  await page.page.getByRole('button', { name: 'Cancel' }).click();
  await page.over('CANCELLED');
  await page.notice('Cancelled');
  assert.ok(await page.button.isEnabled());
  assert.equal((await page.executions()).length, 1);
  const first = await page.id();
  await page.retryButton.click();
  await page.verse(1);
  assert.notEqual(await page.id(), first);
  assert.equal((await page.executions()).length, 2);
});

// An OpenAI-compatible endpoint that refuses at first.
async function moodyModel(t) {
  const lines = ['The kettle sings,', 'the window clears;', 'a bus goes by.'];
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => {
      if (!server.willing) {
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: { message: 'Incorrect API key', type: 'invalid_request_error', param: null, code: 'invalid_api_key' } }));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const say = (delta, finish_reason) => response.write(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`);
      for (const line of lines) say({ content: `${line}\n` }, null);
      say({}, 'stop');
      response.end('data: [DONE]\n\n');
    });
  });
  server.willing = false;
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  t.atEnd(() => server.close());
  server.url = `http://127.0.0.1:${server.address().port}/v1`;
  return server;
}

test('a failed poem says why and offers another try, which is a new execution', async (t) => {
  const model = await moodyModel(t);
  const args = ['--text-model', 'm', '--text-base-url', model.url];
  const page = await PoemPage.open(t, await t.dev({ args, env: { OPENAI_API_KEY: 'sk-of-the-test' } }));
  await page.write({ title: 'Morning', form: 'Haiku' });
  await page.over('FAILED');
  const [failed] = await page.executions();
  const notice = page.page.locator('.notice');
  assert.ok((await notice.innerText()).includes(failed.failure.reason));
  assert.ok((await notice.innerText()).includes(failed.failure.message));
  await t.screenshot(page.page, '04_failed');

  model.willing = true;
  await page.retryButton.click();
  await page.over();
  const { execution } = await page.isComplete();
  assert.notEqual(execution.id, failed.id);
  assert.equal(await notice.count(), 0);
});

test('HTML and terminal escapes are shown as text', async (t) => {
  const page = await PoemPage.open(t, await t.dev());
  const hostile = '<img src=x onerror="window.owned=1"><b>bold</b> \u001b[31mred\u001b[0m \u202egnp';
  await page.page.evaluate((title) => {
    const input = document.querySelector('#title'); // a person would paste it
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, title);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }, hostile);
  await page.write({ form: 'Haiku' });
  await page.over();
  const shown = hostile.replaceAll('\u001b', '\u241b').replace('\u202e', '\ufffd');
  const heading = await page.page.locator('.sheet h2').textContent();
  assert.ok(heading.startsWith('<img src=x onerror="window.owned=1"><b>bold</b> '), heading);
  assert.doesNotMatch(heading, /[\u0000-\u001f\u202e]/);
  const first = await page.page.locator('.log li .message').first().textContent();
  assert.ok(first.includes(shown), first);
  assert.equal(await page.page.locator('.folio img, .folio b').count(), 0);
  assert.equal(await page.page.evaluate(() => window.owned), undefined);
  await t.screenshot(page.page, '04_hostile');
});

test('an unknown poem in the address is said so', async (t) => {
  const page = await PoemPage.open(t, await t.dev(), { hash: '#01a20064-3eba-7000-bbc2-f6c2c68fe19c' });
  await page.notice('This poem is not here');
  assert.ok(await page.button.isEnabled());
});
