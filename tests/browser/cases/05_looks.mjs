// Small screens, dark mode, keyboard, contrast, and what the server says about the page.
import { isReadable, screens } from '../contrast.mjs';
import { assert, test } from '../harness.mjs';
import { PoemPage } from '../poem_page.mjs';

const poem = { title: 'The lighthouse keeper’s long letter home', description: 'storm, oil, a sister', form: 'Sonnet' };

for (const [name, options] of screens) {
  test(`the page on ${name}`, async (t) => {
    const page = await PoemPage.open(t, await t.dev(), options);
    const file = `05_${name.replaceAll(/\W+/g, '_')}`;
    await t.screenshot(page.page, `${file}_empty`);
    await page.write(poem);
    await page.over();
    await page.isComplete();
    await t.screenshot(page.page, file);
    await isReadable(page.page, options);
  });
}

test('a poem is written with the keyboard alone, without motion', async (t) => {
  const { page } = await PoemPage.open(t, await t.dev(), { reducedMotion: 'reduce' });
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.name || document.activeElement.className);
  for (let link = 1; link <= 4; ++link) await page.keyboard.press('Tab'); // the masthead
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'title');
  await page.keyboard.type('Keys');
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'description');
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'form');
  await page.keyboard.press('ArrowRight');
  assert.ok(await page.getByRole('radio', { name: 'Sonnet' }).isChecked());
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'primary');
  await page.keyboard.press('Enter');
  await page.locator('.status[data-state=COMPLETED]').waitFor();
  assert.equal(await focused(), 'folio');
  assert.equal(await page.locator('.line').first().evaluate((line) => getComputedStyle(line).animationName), 'none');
});

test('the page is served with a strict policy, from this server alone, and cached by content', async (t) => {
  const dev = await t.dev();
  const context = await t.page();
  const asked = [];
  context.on('request', (request) => asked.push(request.url()));
  await context.goto(dev.origin);
  await context.locator('.primary').waitFor();
  assert.ok(asked.every((url) => url.startsWith(`${dev.origin}/`)), asked.join('\n'));
  const [script] = asked.filter((url) => url.endsWith('.js'));

  const index = await fetch(`${dev.origin}/`);
  const policy = index.headers.get('content-security-policy');
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self';/);
  assert.doesNotMatch(policy, /unsafe|data:|\*/);
  assert.equal(index.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(index.headers.get('referrer-policy'), 'no-referrer');
  assert.equal(index.headers.get('cache-control'), 'no-cache');
  const again = await fetch(`${dev.origin}/`, { headers: { 'if-none-match': index.headers.get('etag') } });
  assert.equal(again.status, 304);
  const asset = await fetch(script);
  assert.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  assert.equal(asset.headers.get('content-encoding'), 'gzip');
  assert.equal((await fetch(`${dev.origin}/unknown.html`)).status, 404);
  assert.equal((await fetch(`${dev.origin}/v1/flows`)).headers.get('content-type'), 'application/json');

  // What would run anything else is stopped by the browser.
  const refused = await context.evaluate(() => {
    const script = document.createElement('p');
    try {
      script.innerHTML = '<i>x</i>';
      return false;
    } catch {
      return true;
    }
  });
  assert.ok(refused, 'innerHTML is possible');
  t.complaints.length = 0;
});
