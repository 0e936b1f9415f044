// A blueprint from the click to its last objective, and what a tab remembers, steers and refuses.
import { BlueprintPage } from '../blueprint_page.mjs';
import { isReadable, screens } from '../contrast.mjs';
import { assert, test } from '../harness.mjs';

const topic = { title: 'Version control', description: 'working with branches in a small team' };
const slowly = { args: ['--objective-pace', '400ms', '--slots', '1'] };
const never = { args: ['--objective-pace', '1h'] };

test('a blueprint is generated while one watches, and shown', async (t) => {
  const page = await BlueprintPage.open(t, await t.dev(slowly));
  await page.page.getByText('Name a topic to begin with').waitFor();
  await t.screenshot(page.page, '06_empty');
  await page.page.evaluate(() => {
    window.seen = [];
    const note = () => {
      const count = (name) => Number(document.querySelector(name)?.textContent ?? 0);
      window.seen.push({ terminal: count('.terminal-count'), enabling: count('.enabling-count'), percent: Number(document.querySelector('[role=progressbar]')?.ariaValueNow ?? 0) });
    };
    new MutationObserver(note).observe(document.body, { childList: true, subtree: true, attributes: true, characterData: true });
  });
  await page.generate(topic);
  await page.counted(3);
  assert.ok(await page.button.isDisabled());
  await t.screenshot(page.page, '06_generating');
  const blueprint = await page.isComplete();
  assert.equal(await page.page.locator('.synopsis').innerText(), topic.description);
  assert.ok(blueprint.terminal_objectives.every(({ objective }) => objective.verb && objective.level));
  assert.ok(await page.button.isEnabled());
  await page.earlier().filter({ hasText: '10 objectives' }).waitFor();
  await t.screenshot(page.page, '06_blueprint');
  await page.page.emulateMedia({ media: 'print' });
  await t.screenshot(page.page, '06_printed');
  assert.ok(!(await page.button.isVisible()), 'the form is printed too');

  const seen = await page.page.evaluate(() => window.seen);
  for (const what of ['terminal', 'enabling', 'percent']) {
    const values = seen.map((one) => one[what]);
    assert.ok(new Set(values).size > 4, `${what} jumped: ${[...new Set(values)]}`);
  }
  assert.equal((await page.topics()).length, 1);
  assert.equal((await page.blueprints()).length, 1);
});

test('a double click asks once; a blueprint can be cancelled and asked for anew', async (t) => {
  const page = await BlueprintPage.open(t, await t.dev(never));
  await page.topicField.fill(topic.title);
  await page.button.dblclick();
  await page.status('generating');
  await page.page.getByRole('button', { name: 'Cancel' }).click();
  await page.status('cancelled');
  await page.notice('Cancelled');
  await t.screenshot(page.page, '06_cancelled');
  assert.equal((await page.topics()).length, 1);
  assert.equal((await page.blueprints()).length, 1);
  const first = page.place();
  await page.retryButton.click();
  await page.status('generating');
  assert.equal(page.place().topic, first.topic);
  assert.notEqual(page.place().id, first.id);
  assert.equal((await page.blueprints()).length, 2);
});

test('a topic that has a blueprint on its way leads to that one', async (t) => {
  const dev = await t.dev(never);
  const page = await BlueprintPage.open(t, dev);
  const { id: topicId } = await page.post('/api/topics', topic);
  await page.page.reload();
  await page.page.getByRole('link', { name: topic.title }).click();
  await page.page.locator('.topic h2', { hasText: topic.title }).waitFor();
  const { id } = await page.post(`/api/topics/${topicId}/blueprints/generate`); // by somebody else meanwhile
  await page.button.click();
  await page.page.locator('.word', { hasText: 'on its way already' }).waitFor();
  await page.status('generating');
  assert.deepEqual(page.place(), { topic: topicId, id });
  assert.equal(await page.page.locator('.notice').count(), 0);
  await t.screenshot(page.page, '06_active');
  assert.equal((await page.blueprints()).length, 1);
});

test('loading the page again in the middle goes on; earlier blueprints are found by list and by history', async (t) => {
  const page = await BlueprintPage.open(t, await t.dev(slowly));
  await page.generate(topic);
  await page.counted(2);
  const first = page.place();
  await page.page.reload();
  await page.counted(3);
  assert.deepEqual(page.place(), first);
  const { terminal_objectives: objectives } = await page.isComplete();
  await page.page.reload();
  await page.isComplete();
  assert.equal((await page.blueprints()).length, 1);

  await page.button.click();
  await page.status('generating');
  await page.isComplete();
  assert.equal((await page.blueprints()).length, 2);
  await page.earlier().nth(1).getByRole('link').click();
  await page.page.waitForURL((url) => url.hash.endsWith(first.id));
  assert.deepEqual((await page.isComplete()).terminal_objectives, objectives);
  await page.page.getByRole('link', { name: 'A new topic' }).click();
  await page.page.getByText('Name a topic to begin with').waitFor();
  assert.equal(await page.topicField.inputValue(), '');
  await page.page.goBack();
  await page.isComplete();
});

test('kill -9 in the middle of a blueprint: the page comes back and shows it whole', async (t) => {
  const first = await t.dev(slowly);
  const page = await BlueprintPage.open(t, first);
  await page.generate(topic);
  await page.counted(3);
  const place = page.place();
  await first.stop('SIGKILL');
  await page.page.locator('.trouble', { hasText: 'no answer' }).waitFor();
  await t.screenshot(page.page, '06_no_answer');
  await t.dev({ again: first, ...slowly });
  await page.isComplete();
  assert.deepEqual(page.place(), place);
  assert.equal(await page.page.locator('.trouble').count(), 0);
  assert.equal((await page.blueprints()).length, 1);
});

test('when the answers are lost, trying again and loading the page again make one topic and one blueprint', async (t) => {
  const page = await BlueprintPage.open(t, await t.dev());
  const lost = { topics: 0, generate: 0 };
  for (const [name, pattern] of [['topics', '**/api/topics'], ['generate', '**/blueprints/generate']]) {
    await page.page.route(pattern, async (route) => {
      if (route.request().method() !== 'POST' || lost[name] === 1) return route.continue();
      await route.fetch(); // the server does what it is asked
      ++lost[name];
      return route.abort('connectionreset');
    });
  }
  await page.generate(topic);
  await page.notice('The server cannot be reached');
  assert.deepEqual(lost, { topics: 1, generate: 0 });
  await page.retryButton.click();
  await page.page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/generate')));
  await page.notice('The server cannot be reached');
  assert.deepEqual(lost, { topics: 1, generate: 1 });
  await page.page.reload();
  await page.isComplete();
  assert.equal((await page.topics()).length, 1);
  assert.equal((await page.blueprints()).length, 1);
});

test('a violation is shown at its field of the topic, and the next try works', async (t) => {
  const page = await BlueprintPage.open(t, await t.dev());
  await page.generate({ title: '' });
  const title = page.topicField;
  await page.page.locator('#title-problem').waitFor();
  assert.equal(await title.getAttribute('aria-invalid'), 'true');
  assert.ok(await title.evaluate((input) => input === document.activeElement), 'the field is not focused');
  await t.screenshot(page.page, '06_violation');
  await page.generate({ title: 'x', description: 'y'.repeat(4001) });
  await page.page.locator('#description-problem', { hasText: '4000' }).waitFor();
  assert.equal(await page.page.locator('#title-problem').count(), 0);
  assert.deepEqual(await page.topics(), []);
  await page.generate(topic);
  await page.isComplete();
  assert.equal(await page.page.locator('.violation').count(), 0);
});

test('a blueprint that takes too long says so', async (t) => {
  const page = await BlueprintPage.open(t, await t.dev({ args: [...never.args, '--blueprint-deadline', '1s'] }));
  await page.generate(topic);
  await page.status('error');
  await page.notice('Generation timed out');
  assert.ok(await page.retryButton.isEnabled());
});

test('blueprints of somebody: a token is asked for and given, one that is not there is said so', async (t) => {
  const server = await t.mesh.server({ keysFile: t.keysFile });
  t.mesh.worker({ server: server.address, token: await t.token('w', 'worker') });
  const page = await BlueprintPage.open(t, await t.gateway(server));
  await page.notice('wants to know who you are');
  await page.giveToken('not.a.token');
  await page.notice('token is not accepted');
  const token = await t.token('ada');
  await page.giveToken(token);
  await page.page.locator('.notice').waitFor({ state: 'detached' });
  await page.generate(topic);
  await page.isComplete({ authorization: `Bearer ${token}` });

  const { topic: topicId } = page.place();
  await page.page.goto(`${page.origin}/blueprints/#${topicId}/01a20064-3eba-7000-bbc2-f6c2c68fe19c`);
  await page.notice('This blueprint is not here');
});

test('HTML and controls in topics are shown as text', async (t) => {
  const page = await BlueprintPage.open(t, await t.dev());
  const hostile = '<img src=x onerror="window.owned=1"><b>bold</b> \u001b[31mred \u202egnp';
  await page.paste('#title', hostile);
  await page.paste('#description', hostile);
  await page.button.click();
  await page.status('completed');
  const shown = hostile.replaceAll('\u001b', '\u241b').replace('\u202e', '\ufffd');
  for (const place of ['.sheet h2', '.synopsis', '.topic h2', '.topics li a[aria-current]']) {
    assert.ok((await page.page.locator(place).textContent()).startsWith('<img src=x onerror="window.owned=1"><b>bold</b> '), place);
    assert.doesNotMatch(await page.page.locator(place).textContent(), /[\u0000-\u001f\u202e]/, place);
  }
  assert.equal(await page.page.locator('.topic h2').textContent(), shown);
  assert.equal(await page.page.locator('main img, main b').count(), 0);
  assert.equal(await page.page.evaluate(() => window.owned), undefined);
});

for (const [name, options] of screens) {
  test(`blueprints on ${name}`, async (t) => {
    const page = await BlueprintPage.open(t, await t.dev(), options);
    await page.generate({ title: 'Keeping bees in a small garden of a town, through all of the year', description: 'for beginners' });
    await page.isComplete();
    await t.screenshot(page.page, `06_${name.replaceAll(/\W+/g, '_')}`);
    await isReadable(page.page, options);
  });
}

test('a blueprint is asked for with the keyboard alone, from the page of poems', async (t) => {
  const page = await BlueprintPage.open(t, await t.dev(), { path: '/', reducedMotion: 'reduce' });
  const press = async (key, times) => {
    for (let i = 0; i < times; ++i) await page.page.keyboard.press(key);
  };
  await press('Tab', 3);
  assert.equal(await page.page.evaluate(() => document.activeElement.textContent), 'Blueprints');
  await press('Enter', 1);
  await page.topicField.waitFor();
  assert.equal(await page.page.locator('nav [aria-current=page]').textContent(), 'Blueprints');
  await press('Tab', 5);
  await page.page.keyboard.type('Keys');
  await press('Enter', 1);
  await page.isComplete();
  assert.equal(await page.page.evaluate(() => document.activeElement.className), 'folio');
});
