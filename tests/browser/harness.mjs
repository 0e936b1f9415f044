// What a case is made of: `test('a sentence', async (t) => {...})`. `t` starts processes and opens pages in Chromium; everything
// it made is gone after the case. Cases wait for what a person would see and never for time.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { Mesh, flowmesh, run } from '../e2e/processes.mjs';

export { assert };
export const cases = [];
export class Skipped extends Error {}

export function test(name, body, { timeout = 60_000 } = {}) {
  const checked = async (t) => {
    await body(t);
    assert.deepEqual(t.complaints, [], 'the page complained');
  };
  cases.push({ name, body: checked, timeout });
}

const executablePath = process.env.CHROMIUM_BIN ?? '/usr/bin/chromium';
const args = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const screenshots = path.join(path.dirname(flowmesh), '..', 'screenshots');

// Chromium's own words about connections that cases break on purpose.
const expected = /Failed to load resource|WebSocket connection to|net::ERR_/;

// One browser for all cases; each case has a context, and so storage, of its own.
let browser;

export class Case {
  constructor() {
    this.directory = mkdtempSync(path.join(tmpdir(), 'flowmesh-browser-'));
    this.mesh = new Mesh(this.directory);
    this.contexts = [];
    this.cleanups = [];
    this.complaints = [];
    this.keysFile = path.join(this.directory, 'keys');
    writeFileSync(this.keysFile, 'a secret that signs the tokens of this one case', { mode: 0o600 });
  }

  // `flowmesh dev` with a gateway; `origin` is what a browser opens. An earlier one's `again` starts it on the same ports.
  async dev({ args: more = [], data, env, again } = {}) {
    const serving = await this.mesh.dev({
      data: again?.data ?? data,
      grpc: again?.address,
      args: ['--http', again?.http ?? '127.0.0.1:0', ...more],
      env,
    });
    return this.#reachable(serving);
  }

  // `flowmesh gateway` in front of a server.
  gateway(server, more = []) {
    return this.#reachable(this.mesh.start(['gateway', '--server', server.address, '--http', '127.0.0.1:0', ...more]));
  }

  async #reachable(serving) {
    const [, scheme, address] = await serving.wrote(/serves (HTTPS?) on (\S+)[ \n]/);
    serving.http = address;
    serving.origin = `${scheme.toLowerCase()}://${serving.http}`;
    return serving;
  }

  async token(subject, ...roles) {
    const words = ['token', '--subject', subject, '--ttl', '1h', '--keys-file', this.keysFile, ...roles.flatMap((role) => ['--role', role])];
    const { code, stdout, stderr } = await run(flowmesh, words);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  }

  // An empty page of a context of its own.
  async page(options = {}) {
    browser ??= await chromium.launch({ executablePath, args });
    const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', viewport: { width: 1280, height: 900 }, ...options });
    this.contexts.push(context);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type()) && !expected.test(message.text())) this.complaints.push(message.text());
    });
    return page;
  }

  async screenshot(page, name) {
    mkdirSync(screenshots, { recursive: true });
    await page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true, animations: 'disabled' });
  }

  atEnd(cleanup) {
    this.cleanups.unshift(cleanup);
  }

  async close() {
    for (const context of this.contexts) await context.close();
    await this.mesh.close();
    for (const cleanup of this.cleanups) await cleanup();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
