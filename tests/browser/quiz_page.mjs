// The page at /quizzes/ as a person meets it, and what the server says about the same quiz.
import { assert } from './harness.mjs';
import { ShownPage } from './shown_page.mjs';

export class QuizPage extends ShownPage {
  static path = '/quizzes/';

  get button() {
    return this.page.locator('.ask button[type=submit]');
  }
  get answerButton() {
    return this.page.locator('.question button[type=submit]');
  }
  get skills() {
    return this.page.locator('.skills input[type=checkbox]');
  }

  async fill({ name, level, size, skills = [], setting }) {
    if (name !== undefined) await this.page.getByLabel('Name').fill(name);
    if (level !== undefined) await this.page.getByLabel('Level').fill(level);
    if (size !== undefined) await this.page.getByLabel('Questions').fill(`${size}`);
    for (const skill of skills) await this.page.getByRole('checkbox', { name: skill, exact: true }).check();
    if (setting !== undefined) await this.page.getByLabel('Setting').fill(setting);
  }
  async order(wishes) {
    await this.fill(wishes);
    await this.button.click();
  }

  // Until the shown quiz has this status.
  status(status) {
    return this.page.locator(`.status[data-status=${status}]`).waitFor();
  }
  // Until this question is asked, from 1.
  question(number) {
    return this.page.locator('.place', { hasText: `Question ${number} of` }).waitFor();
  }
  task() {
    return new URL(this.page.url()).hash.slice(1);
  }
  press(...keys) {
    return keys.reduce((before, key) => before.then(() => this.page.keyboard.press(key)), Promise.resolve());
  }

  async tasks(headers = {}) {
    return (await this.ask('/api/ai/tasks', headers)).tasks;
  }
  async users(headers = {}) {
    return (await this.ask('/api/users', headers)).users;
  }
  async questions(headers = {}) {
    const { questions } = await this.ask(`/api/ai/tasks/${this.task()}/questions`, headers);
    assert.ok(questions.length > 0);
    return questions;
  }

  // What the question that is asked shows.
  async shown() {
    return this.page.locator('.question').evaluate((form) => ({
      text: form.querySelector('h2').textContent,
      options: [...form.querySelectorAll('.option .text')].map((option) => option.textContent),
      verdicts: [...form.querySelectorAll('.option')].map((option) => option.dataset.verdict),
      explanation: form.querySelector('.explanation').textContent,
    }));
  }
}
