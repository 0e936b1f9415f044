// A poem from the click to its last line.
import path from 'node:path';
import { run } from '../../e2e/processes.mjs';
import { assert, test } from '../harness.mjs';
import { PoemPage } from '../poem_page.mjs';

test('a poem is written while one watches', async (t) => {
  const dev = await t.dev({ args: ['--poem-pace', '60ms'] });
  const page = await PoemPage.open(t, dev);
  await t.screenshot(page.page, '01_empty');
  // Everything that the page goes through is noted from inside it.
  await page.page.evaluate(() => {
    window.seen = [];
    const note = () => {
      const percent = Number(document.querySelector('[role=progressbar]')?.ariaValueNow ?? 0);
      const disabled = document.querySelector('.primary').disabled;
      window.seen.push({ lines: document.querySelectorAll('.line').length, percent, disabled, logs: document.querySelectorAll('.log li').length });
    };
    new MutationObserver(note).observe(document.body, { childList: true, subtree: true, attributes: true });
  });
  await page.write({ title: 'Autumn rain', description: 'a small harbour, the last ferry', form: 'Sonnet' });
  await page.verse(5);
  await t.screenshot(page.page, '01_writing');
  await page.over();
  await page.isComplete();
  assert.ok(await page.button.isEnabled());
  assert.equal(await page.page.locator('.poem-form').innerText(), 'sonnet');
  await t.screenshot(page.page, '01_written');

  const seen = await page.page.evaluate(() => window.seen);
  assert.ok(new Set(seen.map(({ lines }) => lines)).size > 3, 'the verse came at once');
  assert.ok(new Set(seen.map(({ percent }) => percent)).size > 3, 'the progress jumped');
  assert.ok(seen.filter(({ lines }) => lines > 0 && lines < 14).every(({ disabled }) => disabled), 'two poems at a time');
  assert.ok(seen.some(({ lines, logs }) => lines < 14 && logs > 0), 'the log came late');
  assert.equal(new URL(page.page.url()).hash, `#${await page.id()}`);
  assert.equal((await page.executions()).length, 1);
});

test('a poem is written over HTTPS', async (t) => {
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => path.join(t.directory, name));
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
  const made = await run('openssl', [...words, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate]);
  assert.equal(made.code, 0, made.stderr);
  const server = await t.mesh.server({ keysFile: t.keysFile });
  t.mesh.worker({ server: server.address, token: await t.token('w', 'worker') });
  const gateway = await t.gateway(server, ['--tls-cert', certificate, '--tls-key', key]);
  const page = await PoemPage.open(t, gateway, { ignoreHTTPSErrors: true });
  assert.match(page.page.url(), /^https:/);
  await page.write({ title: 'Sealed letter', form: 'Haiku' });
  await page.page.getByLabel('Access token').fill(await t.token('ada'));
  await page.page.getByRole('button', { name: 'Use it' }).click();
  await page.over();
  assert.ok((await page.shownStanzas()).length > 0);
  await page.page.locator('.poem-model', { hasText: 'builtin/poet-1' }).waitFor();
});
