// The page at /blueprints/ as a person meets it, and what the server says about the same blueprint.
import { assert } from './harness.mjs';
import { ShownPage } from './shown_page.mjs';

export class BlueprintPage extends ShownPage {
  static path = '/blueprints/';

  get topicField() {
    return this.page.getByRole('textbox', { name: 'Topic' });
  }
  async generate({ title, description } = {}) {
    if (title !== undefined) await this.topicField.fill(title);
    if (description !== undefined) await this.page.getByLabel('Description').fill(description);
    await this.button.click();
  }

  // Until the shown blueprint has this status.
  status(status) {
    return this.page.locator(`.status[data-status=${status}]`).waitFor();
  }
  // Until this many terminal objectives are counted while it grows.
  counted(least) {
    return this.page.waitForFunction((count) => Number(document.querySelector('.terminal-count')?.textContent) >= count, least);
  }
  place() {
    const [topic, id] = new URL(this.page.url()).hash.slice(1).split('/');
    return { topic, id };
  }
  earlier() {
    return this.page.locator('.earlier li');
  }

  async topics() {
    return (await this.ask('/api/topics')).topics;
  }
  async blueprints(topic = this.place().topic) {
    return (await this.ask(`/api/topics/${topic}/blueprints`)).blueprints;
  }

  shownObjectives() {
    return this.page.locator('.terminal > li').evaluateAll((items) => {
      const read = (objective) => ({
        number: objective.querySelector('.number').textContent,
        text: objective.querySelector('.text').textContent,
        verb: objective.querySelector('.verb')?.textContent,
        level: objective.querySelector('.bloom').textContent,
      });
      return items.map((item) => ({
        objective: read(item.querySelector(':scope > .objective')),
        steps: [...item.querySelectorAll('.enabling .objective')].map(read),
      }));
    });
  }

  // Until the whole blueprint stands there; it is what the server has.
  async isComplete(headers = {}) {
    await this.status('completed');
    const { topic, id } = this.place();
    const blueprint = await this.ask(`/api/topics/${topic}/blueprints/${id}`, headers);
    assert.equal(blueprint.status, 'completed');
    assert.ok(blueprint.terminal_objectives.length > 0);
    assert.equal(await this.page.locator('.sheet h2').textContent(), blueprint.title);
    const wanted = ({ number, text, verb, level }) => ({ number, text, verb, level });
    assert.deepEqual(
      await this.shownObjectives(),
      blueprint.terminal_objectives.map(({ objective, enabling_objectives: steps }) => ({ objective: wanted(objective), steps: steps.map(wanted) })),
    );
    assert.equal(await this.page.getByRole('progressbar').getAttribute('aria-valuenow'), '100');
    return blueprint;
  }
}
