// A quiz from the order to the last answer, and what a tab remembers, steers and refuses.
import { QuizWorker, refuses } from '../../e2e/quiz_worker.mjs';
import { isReadable, screens } from '../contrast.mjs';
import { assert, test } from '../harness.mjs';
import { QuizPage } from '../quiz_page.mjs';

const order = { name: 'ada', level: 'Intermediate', size: 4, skills: ['gerunds and infinitives', 'passive voice'], setting: 'code review' };

// What a worker outside of the mesh writes: the first option is right.
const written = (sentence, fields = {}) => ({
  sentence,
  options: { A: 'right', B: 'wrong', C: 'worse', D: 'worst' },
  correct_answer: 'A',
  explanation: `because of ${sentence}`,
  type: 'sentence_completion',
  difficulty: 'easy',
  context: 'a test',
  ...fields,
});
async function deliver(page, worker, questions) {
  const response = await fetch(`${page.origin}/api/ai/receive`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-ai-worker-token': worker.token },
    body: JSON.stringify({ worker_task_id: page.task(), user_id: 1, questions }),
  });
  assert.equal(response.status, 201, await response.text());
}

test('a quiz is ordered, taken by keyboard, scored and reviewed', async (t) => {
  const page = await QuizPage.open(t, await t.dev());
  await page.page.getByText('Say who learns').waitFor();
  await t.screenshot(page.page, '07_empty');
  await page.fill(order);
  await page.page.getByLabel('Questions').press('Enter');
  await page.status('completed');
  await page.question(1);
  const questions = await page.questions();
  assert.equal(questions.length, 4);
  const wrongOf = ({ correct }) => 'ABCD'.replace(correct, '')[0];
  const place = (letter) => 'ABCD'.indexOf(letter);

  for (const [i, question] of questions.entries()) {
    await page.question(i + 1);
    const { options, text, verdicts } = await page.shown();
    assert.deepEqual(options, [question.a, question.b, question.c, question.d]);
    assert.equal(text, question.text.replace('____', ''));
    assert.deepEqual(verdicts, [undefined, undefined, undefined, undefined], 'the answer is told before it is given');
    assert.ok(await page.answerButton.isDisabled());
    const answer = i === 1 ? wrongOf(question) : question.correct;
    if (i === 0) await page.press(String(place(wrongOf(question)) + 1)); // the mind is changed
    await page.press(i % 2 === 0 ? String(place(answer) + 1) : answer.toLowerCase());
    if (i === 0) await t.screenshot(page.page, '07_question');
    await page.press('Enter');
    await page.page.locator('.judgement', { hasText: i === 1 ? 'Not quite' : 'Right' }).waitFor();
    const told = await page.shown();
    assert.ok(told.explanation.includes(question.explanation), told.explanation);
    assert.equal(told.verdicts[place(question.correct)], 'right');
    assert.equal(told.verdicts.includes('wrong'), i === 1);
    await page.press('1', '2', '3', '4'); // an answer that was given stays
    assert.deepEqual((await page.shown()).verdicts, told.verdicts);
    if (i === 1) await t.screenshot(page.page, '07_explained');
    await page.press('Enter');
  }
  await page.page.locator('.score', { hasText: '3 of 4 right' }).waitFor();
  assert.deepEqual(await page.page.locator('.review li').evaluateAll((items) => items.map((item) => item.dataset.right)), ['true', 'false', 'true', 'true']);
  assert.equal(await page.page.evaluate(() => document.activeElement.className), 'score');
  await page.page.locator('.table tr[data-status=completed]').waitFor();
  await t.screenshot(page.page, '07_score');

  await page.page.getByRole('button', { name: 'Take it again' }).click();
  await page.question(1);
  assert.equal((await page.tasks()).length, 1);
});

test('every skill that is offered has questions', async (t) => {
  const page = await QuizPage.open(t, await t.dev());
  const names = await page.page.locator('.skills .choice').allInnerTexts();
  await page.fill({ name: 'ada', size: 50 });
  for (const half of [names.slice(0, 10), names.slice(10)]) {
    for (const name of names) await page.page.getByRole('checkbox', { name, exact: true }).setChecked(half.includes(name));
    const before = new URL(page.page.url()).hash;
    await page.button.click();
    await page.page.waitForFunction((hash) => location.hash !== hash && document.querySelector('.status[data-status=completed]'), before);
    const { request, worker_response: answer } = await page.ask(`/api/ai/tasks/${page.task()}/details`);
    assert.deepEqual(request.weak_skills, half);
    assert.deepEqual(answer.skills_not_covered, []);
  }
  assert.equal(await page.page.locator('.quiz .aside').count(), 0);
});

test('a double click orders once, and a skill that the writer does not know is named', async (t) => {
  const page = await QuizPage.open(t, await t.dev());
  await page.fill({ ...order, skills: [] });
  await page.page.getByLabel('Other skills').fill('phrasal verbs, passive voice');
  await page.button.dblclick();
  await page.question(1);
  await page.page.getByText('no questions for: phrasal verbs').waitFor();
  assert.equal((await page.users()).length, 1);
  assert.equal((await page.tasks()).length, 1);
});

test('a quiz goes on where it was after the page is loaded again, and history leads back to it', async (t) => {
  const page = await QuizPage.open(t, await t.dev());
  await page.order(order);
  await page.question(1);
  await page.press('1', 'Enter', 'Enter');
  await page.question(2);
  await page.press('3', 'Enter');
  await page.page.locator('.judgement').waitFor();
  const before = await page.shown();
  const task = page.task();
  await page.page.reload();
  await page.question(2);
  assert.deepEqual(await page.shown(), before);
  assert.equal(await page.page.getByLabel('Learner').inputValue(), '1');

  await page.button.click(); // another one, for the same learner
  await page.page.waitForURL((url) => url.hash.length > 1 && !url.hash.endsWith(task));
  await page.question(1);
  await page.page.goBack();
  await page.question(2);
  assert.equal(page.task(), task);
  assert.equal((await page.users()).length, 1);
  assert.equal((await page.tasks()).length, 2);
});

test('a quiz of a worker outside of the mesh is waited for over kill -9, and HTML in it is text', async (t) => {
  const worker = await QuizWorker.start(t);
  const serving = worker.serving();
  const first = await t.dev(serving);
  const page = await QuizPage.open(t, first);
  const hostile = '<img src=x onerror="window.owned=1"><b>bold</b>';
  await page.order({ ...order, name: `ada ${hostile}` });
  await page.status('processing');
  await page.page.getByText('4 questions are being written').waitFor();
  assert.ok(await page.button.isDisabled());
  await t.screenshot(page.page, '07_processing');
  await first.stop('SIGKILL');
  await page.page.locator('.trouble', { hasText: 'no answer' }).waitFor();
  await t.dev({ again: first, ...serving });
  await page.page.locator('.trouble').waitFor({ state: 'detached' });
  await deliver(page, worker, [
    written(`One ${hostile} ____ here`, { options: { A: hostile, B: 'b', C: 'c', D: 'd' }, explanation: hostile, context: hostile }),
    written('Two, worth more', { score: 3 }),
  ]);
  await page.question(1);
  const { options, text } = await page.shown();
  assert.equal(options[0], hostile);
  assert.ok(text.startsWith(`One ${hostile}`));
  await page.press('a', 'Enter');
  assert.ok((await page.shown()).explanation.includes(hostile));
  await page.press('Enter');
  await page.question(2);
  await page.press('b', 'Enter', 'Enter');
  await page.page.locator('.points', { hasText: '1 of 4 points' }).waitFor();
  assert.equal(await page.page.locator('main img, main b:not(.options b)').count(), 0);
  assert.equal(await page.page.evaluate(() => window.owned), undefined);
  assert.equal((await page.tasks()).length, 1);
});

test('a quiz that its worker refuses says why, and the next try is another order', async (t) => {
  const worker = await QuizWorker.start(t);
  worker.will(refuses(400, { detail: 'not today' }));
  const page = await QuizPage.open(t, await t.dev(worker.serving()));
  await page.order(order);
  await page.status('failed');
  await page.notice('The quiz could not be made');
  const [failed] = await page.tasks();
  assert.ok((await page.page.locator('.notice').innerText()).includes(failed.error_message));
  await t.screenshot(page.page, '07_failed');
  await page.retryButton.click();
  await page.status('processing');
  assert.notEqual(page.task(), failed.task_id);
  await deliver(page, worker, [written('At last')]);
  await page.question(1);
  assert.equal((await page.users()).length, 1);
  assert.equal((await page.tasks()).length, 2);
});

test('when the answers are lost, trying again and loading the page again make one learner and one quiz', async (t) => {
  const page = await QuizPage.open(t, await t.dev());
  const lost = { users: 0, generate: 0 };
  for (const name of Object.keys(lost)) {
    await page.page.route(`**/api/**/${name}`.replace('/**/users', '/users'), async (route) => {
      if (route.request().method() !== 'POST' || lost[name] === 1) return route.continue();
      await route.fetch(); // the server does what it is asked
      ++lost[name];
      return route.abort('connectionreset');
    });
  }
  await page.order(order);
  await page.notice('The server cannot be reached');
  assert.deepEqual(lost, { users: 1, generate: 0 });
  await page.retryButton.click();
  await page.page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/generate')));
  await page.notice('The server cannot be reached');
  assert.deepEqual(lost, { users: 1, generate: 1 });
  await page.page.reload();
  await page.question(1);
  assert.equal((await page.users()).length, 1);
  assert.equal((await page.tasks()).length, 1);
});

test('violations of an order are shown at their fields, also where those were folded away', async (t) => {
  const page = await QuizPage.open(t, await t.dev());
  const problem = (field, text) => page.page.locator(`#${field}-problem`, { hasText: text }).waitFor();
  await page.order({ name: '', size: 4 });
  await problem('username', 'must not be empty');
  assert.ok(await page.page.getByLabel('Name').evaluate((input) => input === document.activeElement), 'the field is not focused');
  await page.order({ name: 'ada', size: 51 });
  await problem('quiz_size', 'at most 50');
  assert.equal(await page.page.locator('.violation').count(), 1);
  await t.screenshot(page.page, '07_violation');
  await page.order({ size: 'ten' });
  await problem('quiz_size', 'whole number');
  await page.page.getByText('More about the learner').click();
  await page.page.getByLabel('Motivation').fill('11');
  await page.page.getByText('More about the learner').click();
  await page.order({ size: 4 });
  await problem('motivation_level', 'at most 10');
  assert.ok(await page.page.getByLabel('Motivation').isVisible());
  assert.deepEqual(await page.tasks(), []);
  await page.page.getByLabel('Motivation').fill('9');
  await page.page.getByLabel('Learner').selectOption('A new learner');
  await page.order({ name: 'ada', level: 'Advanced' });
  await problem('username', 'choose another');
  await page.page.getByLabel('Learner').selectOption('ada');
  await page.button.click();
  await page.question(1);
  assert.equal(await page.page.locator('.violation').count(), 0);
  const { request } = await page.ask(`/api/ai/tasks/${page.task()}/details`);
  assert.equal(request.motivation_level, 9);
});

test('who has no role sees no table; a token is asked for and given; a quiz that is not there is said so', async (t) => {
  const server = await t.mesh.server({ keysFile: t.keysFile });
  t.mesh.worker({ server: server.address, token: await t.token('w', 'worker') });
  const gateway = await t.gateway(server);
  const page = await QuizPage.open(t, gateway);
  await page.notice('wants to know who you are');
  await page.giveToken('not.a.token');
  await page.notice('token is not accepted');
  await page.giveToken(await t.token('ada'));
  await page.page.locator('.notice').waitFor({ state: 'detached' });
  await page.order(order);
  await page.question(1);
  await page.page.getByLabel('Learner').waitFor();
  assert.equal(await page.page.locator('.table').count(), 0);
  assert.equal(await page.page.locator('.notice').count(), 0);
  const task = page.task();

  const admin = await QuizPage.open(t, gateway);
  await admin.giveToken(await t.token('root', 'admin'));
  const row = admin.page.locator(`.table tr[data-task=${task}]`);
  assert.match(await row.innerText(), /ada\s+ada\s+completed\s+4\/4/);
  await row.getByRole('button', { name: 'Details' }).click();
  await admin.page.locator('.table .details', { hasText: 'builtin/grammarian-1' }).waitFor();
  assert.match(await admin.page.locator('.table .details').innerText(), /gerunds and infinitives, passive voice/);
  await t.screenshot(admin.page, '07_table');

  await page.page.goto(`${gateway.origin}/quizzes/#task-1-00000000000000000000000`);
  await page.notice('This quiz is not here');
});

for (const [name, options] of screens) {
  test(`quizzes on ${name}`, async (t) => {
    const page = await QuizPage.open(t, await t.dev(), options);
    const file = `07_${name.replaceAll(/\W+/g, '_')}`;
    await page.order({ ...order, size: 2 });
    await page.question(1);
    await isReadable(page.page, options);
    await page.press('1', 'Enter');
    await page.page.locator('.judgement').waitFor();
    await t.screenshot(page.page, `${file}_question`);
    await isReadable(page.page, options);
    await page.press('Enter', '2', 'Enter', 'Enter');
    await page.page.locator('.score').waitFor();
    await page.page.locator('.table tbody tr').waitFor();
    await t.screenshot(page.page, file);
    await isReadable(page.page, options);
  });
}
