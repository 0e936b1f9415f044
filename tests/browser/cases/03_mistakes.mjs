// What goes wrong before a poem begins.
import { assert, test } from '../harness.mjs';
import { PoemPage } from '../poem_page.mjs';

test('a violation is shown at its field, and the next try works', async (t) => {
  const page = await PoemPage.open(t, await t.dev());
  await page.write({ title: '' });
  const title = page.page.getByLabel('Title');
  await page.page.locator('#title-problem').waitFor();
  assert.equal(await title.getAttribute('aria-invalid'), 'true');
  assert.equal(await title.getAttribute('aria-describedby'), 'title-problem');
  assert.ok(await title.evaluate((input) => input === document.activeElement), 'the field is not focused');
  await t.screenshot(page.page, '03_violation');

  await page.write({ title: 'x'.repeat(201) });
  await page.page.locator('#title-problem', { hasText: '200' }).waitFor();
  await page.write({ title: 'Better', description: 'y'.repeat(4001) });
  await page.page.locator('#description-problem', { hasText: '4000' }).waitFor();
  assert.equal(await page.page.locator('#title-problem').count(), 0);
  assert.deepEqual(await page.executions(), []);

  await page.write({ description: 'a few words', form: 'Haiku' });
  await page.over();
  await page.isComplete();
  assert.equal(await page.page.locator('.violation').count(), 0);
});

test('a server that is down is said so; trying again makes one poem', async (t) => {
  const first = await t.dev();
  const page = await PoemPage.open(t, first);
  await first.stop('SIGTERM');
  await page.write({ title: 'Patience', form: 'Limerick' });
  await page.notice('The server cannot be reached');
  await t.screenshot(page.page, '03_server_down');
  await page.retryButton.click();
  await page.notice('The server cannot be reached');

  await t.dev({ again: first });
  await page.retryButton.click();
  await page.over();
  await page.isComplete();
  assert.equal((await page.executions()).length, 1);
});

test('when the answer to the request is lost, trying again and loading the page again find the same poem', async (t) => {
  const page = await PoemPage.open(t, await t.dev());
  let lost = 0;
  await page.page.route('**/api/flows/executions', async (route) => {
    if (lost === 2) return route.continue();
    await route.fetch(); // the server does what it is asked
    ++lost;
    return route.abort('connectionreset');
  });
  await page.write({ title: 'Message in a bottle', form: 'Haiku' });
  await page.notice('The server cannot be reached');
  await page.retryButton.click();
  await page.page.waitForFunction(() => performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/api/flows/executions')).length >= 2);
  await page.notice('The server cannot be reached');
  assert.equal(lost, 2);
  await page.page.reload();
  await page.over();
  await page.isComplete();
  assert.equal((await page.executions()).length, 1);
});

test('a server that wants a token is given one, and only this tab knows it', async (t) => {
  const server = await t.mesh.server({ keysFile: t.keysFile });
  t.mesh.worker({ server: server.address, token: await t.token('w', 'worker') });
  const page = await PoemPage.open(t, await t.gateway(server));
  await page.write({ title: 'Password', form: 'Haiku' });
  await page.notice('wants to know who you are');
  await t.screenshot(page.page, '03_token');
  await page.page.getByLabel('Access token').fill('not.a.token');
  await page.page.getByRole('button', { name: 'Use it' }).click();
  await page.notice('token is not accepted');
  const token = await t.token('ada');
  await page.page.getByLabel('Access token').fill(token);
  await page.page.getByRole('button', { name: 'Use it' }).click();
  await page.over();
  await page.isComplete({ authorization: `Bearer ${token}` });
  assert.ok(!page.page.url().includes(token));
  const stored = await page.page.evaluate(() => ({ here: Object.values(sessionStorage), everywhere: localStorage.length, cookies: document.cookie }));
  assert.deepEqual(stored, { here: [token], everywhere: 0, cookies: '' });
});
