// A page as a person meets it, and what the server says about the same things.
import { assert } from './harness.mjs';

export class ShownPage {
  constructor(page, serving) {
    this.page = page;
    this.origin = serving.origin;
  }

  // Opens the page at `path` of what serves it.
  static async open(t, serving, { path = this.path, hash = '', ...options } = {}) {
    const page = new this(await t.page(options), serving);
    await page.page.goto(`${serving.origin}${path}${hash}`);
    await page.button.waitFor();
    return page;
  }

  get button() {
    return this.page.locator('button[type=submit].primary');
  }
  get retryButton() {
    return this.page.locator('.notice .retry');
  }

  notice(title) {
    return this.page.locator('.notice', { hasText: title }).waitFor();
  }
  async giveToken(token) {
    await this.page.getByLabel('Access token').fill(token);
    await this.page.getByRole('button', { name: 'Use it' }).click();
  }
  // A person would paste it: a control may not be typed.
  paste(selector, text) {
    return this.page.locator(selector).evaluate((input, value) => {
      Object.getOwnPropertyDescriptor(Object.getPrototypeOf(input), 'value').set.call(input, value);
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }, text);
  }

  async ask(path, headers = {}) {
    const response = await fetch(`${this.origin}${path}`, { headers });
    assert.equal(response.status, 200, path);
    return response.json();
  }
  async post(path, body = {}) {
    const response = await fetch(`${this.origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.ok(response.ok, `${path}: ${response.status}`);
    return response.json();
  }
  async executions() {
    return (await this.ask('/v1/executions')).executions;
  }
}
