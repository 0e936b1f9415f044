// The page at / as a person meets it, and what the server says about the same poem.
import { assert } from './harness.mjs';
import { ShownPage } from './shown_page.mjs';

export class PoemPage extends ShownPage {
  static path = '/';

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
