// The page as a person meets it, and what the server says about the same poem.
import { assert } from './harness.mjs';

export class PoemPage {
  constructor(page, serving) {
    this.page = page;
    this.origin = serving.origin;
  }

  // Opens `/` of what serves it.
  static async open(t, serving, { hash = '', ...options } = {}) {
    const page = new PoemPage(await t.page(options), serving);
    await page.page.goto(`${serving.origin}/${hash}`);
    await page.button.waitFor();
    return page;
  }

  get button() {
    return this.page.locator('button[type=submit].primary');
  }
  get retryButton() {
    return this.page.locator('.notice .retry');
  }
  get lines() {
    return this.page.locator('.verse .line');
  }

  async fill({ title, description, form }) {
    if (title !== undefined) await this.page.getByLabel('Title').fill(title);
    if (description !== undefined) await this.page.getByLabel('Description').fill(description);
    if (form !== undefined) await this.page.getByRole('radio', { name: form, exact: true }).check();
  }

  async write(poem) {
    await this.fill(poem);
    await this.button.click();
  }

  // Until the state of the shown execution is this one.
  state(state) {
    return this.page.locator(`.status[data-state=${state}]`).waitFor();
  }
  // Until the poem is over and everything about it is shown.
  async over(state = 'COMPLETED') {
    await this.page.locator(`.status[data-state=${state}][data-phase=done]`).waitFor();
    await this.connection('ended');
  }
  connection(kind) {
    return this.page.locator(`.connection[data-connection=${kind}]`).waitFor();
  }
  // Until this many lines of verse stand there.
  verse(count) {
    return this.lines.nth(count - 1).waitFor();
  }
  notice(title) {
    return this.page.locator('.notice', { hasText: title }).waitFor();
  }

  id() {
    return this.page.locator('.about .id').innerText();
  }
  shownLogs() {
    return this.page.locator('.log li').evaluateAll((items) =>
      items.map((item) => ({ seq: Number(item.dataset.seq), message: item.querySelector('.message').textContent })));
  }
  shownStanzas() {
    return this.page.locator('.stanza').evaluateAll((stanzas) =>
      stanzas.map((stanza) => [...stanza.querySelectorAll('.line')].map((line) => line.textContent)));
  }

  async ask(path, headers = {}) {
    const response = await fetch(`${this.origin}${path}`, { headers });
    assert.equal(response.status, 200, path);
    return response.json();
  }
  async executions() {
    return (await this.ask('/v1/executions')).executions;
  }

  // What is shown is what the server has: every stanza and every log line once, in order.
  async isComplete(headers = {}) {
    const id = await this.id();
    const execution = await this.ask(`/v1/executions/${id}`, headers);
    assert.equal(execution.state, 'COMPLETED');
    assert.ok(execution.output.stanzas.length > 0);
    assert.deepEqual(await this.shownStanzas(), execution.output.stanzas.map(({ lines }) => lines));
    assert.equal(await this.page.locator('.poem-model').innerText(), execution.output.model);
    assert.equal(await this.page.locator('.sheet h2').innerText(), execution.output.title);
    const { events, next_page_token: more } = await this.ask(`/v1/executions/${id}/events:list?page_size=1000`, headers);
    assert.equal(more, '');
    const logs = events.filter(({ log }) => log).map(({ seq, log }) => ({ seq: Number(seq), message: log.message }));
    assert.ok(logs.length > 0);
    assert.deepEqual(await this.shownLogs(), logs);
    assert.equal(await this.page.getByRole('progressbar').getAttribute('aria-valuenow'), '100');
    return { execution, events };
  }
}
