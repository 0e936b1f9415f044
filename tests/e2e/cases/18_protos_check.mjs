// The check of protos/ finds what would break a caller: in a repository of the case's own, with this project's protos and script.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assert, test } from '../harness.mjs';
import { root, run } from '../processes.mjs';

const buf = path.join(root, 'tests/e2e/node_modules/@bufbuild/buf-linux-x64/bin/buf');

class Repository {
  constructor(directory) {
    this.directory = directory;
  }

  static async make(t) {
    if (!existsSync(buf)) t.skip('buf is not installed');
    const repository = new Repository(path.join(t.directory, 'repository'));
    mkdirSync(path.join(repository.directory, 'cmake/checks'), { recursive: true });
    cpSync(path.join(root, 'protos'), path.join(repository.directory, 'protos'), { recursive: true });
    cpSync(path.join(root, 'cmake/checks/protos.sh'), path.join(repository.directory, 'cmake/checks/protos.sh'));
    await repository.git('init', '-q', '-b', 'main');
    await repository.commit('The first contracts');
    return repository;
  }

  async git(...args) {
    const { code, stdout, stderr } = await run('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', ...args],
      { cwd: this.directory });
    assert.equal(code, 0, stderr);
    return stdout.trim();
  }

  async commit(message) {
    await this.git('add', '-A');
    await this.git('commit', '-q', '-m', message);
  }

  edit(file, from, to) {
    const name = path.join(this.directory, 'protos', file);
    const text = readFileSync(name, 'utf8');
    assert.ok(text.includes(from), `${file} has no "${from}"`);
    writeFileSync(name, text.replace(from, to));
  }

  async check() {
    const { code, stdout, stderr } = await run('bash', ['cmake/checks/protos.sh'], { cwd: this.directory, env: { BUF: buf, HOME: this.directory } });
    return { code, text: stdout + stderr };
  }

  async passes(words) {
    const { code, text } = await this.check();
    assert.equal(code, 0, text);
    assert.match(text, words);
  }

  async fails(words) {
    const { code, text } = await this.check();
    assert.notEqual(code, 0, text);
    assert.match(text, words);
    assert.match(text, /Protos-Break/);
  }
}

test('the check lets compatible changes of the protos pass and names the others', async (t) => {
  const repository = await Repository.make(t);
  repository.edit('flowmesh/poem/v1/poem.proto', 'message WritePoem {', 'message WritePoem {\n  // A new one.\n  string mood = 99;');
  await repository.passes(/compatible with 1 earlier state/);

  const breaks = [
    ['another number', 'flowmesh/v1/log_stream.proto', 'int64 after = 2', 'int64 after = 22', /log_stream\.proto.*after/],
    ['another name', 'flowmesh/v1/orchestrator.proto', 'string flow = 1 [', 'string flow_name = 1 [', /orchestrator\.proto.*flow/],
    ['another type', 'flowmesh/v1/log_stream.proto', 'int32 latency_ms = 6', 'int64 latency_ms = 6', /log_stream\.proto.*latency_ms/],
    ['a method gone', 'flowmesh/v1/orchestrator.proto', 'rpc GetStats(', 'rpc ReadStats(', /orchestrator\.proto.*GetStats/],
    ['a state by another name', 'flowmesh/v1/execution.proto', 'RUNNING = ', 'WORKING = ', /execution\.proto.*RUNNING/],
  ];
  for (const [, file, from, to] of breaks) repository.edit(file, from, to);
  const { code, text } = await repository.check();
  assert.notEqual(code, 0);
  for (const [what, , , , words] of breaks) assert.match(text, words, what);
  assert.match(text, /Protos-Break/);
}, { timeout: 120_000 });

test('a break is found wherever in the history it lies, until a commit says that it is meant', async (t) => {
  const repository = await Repository.make(t);
  repository.edit('flowmesh/v1/log_stream.proto', 'int64 after = 2', 'int64 after = 22');
  await repository.commit('A number changes');
  await repository.fails(/The first contracts/);
  repository.edit('flowmesh/v1/log_stream.proto', '// The stream of events.', '// The stream of all events.');
  await repository.commit('And nobody noticed');
  await repository.fails(/The first contracts/);
  repository.edit('flowmesh/v1/log_stream.proto', 'int64 after = 22', 'int64 after = 23');
  await repository.commit('It changes again\n\nProtos-Break: nobody uses it yet');
  await repository.passes(/compatible with 1 earlier state/);
  repository.edit('flowmesh/v1/log_stream.proto', 'int64 after = 23', 'int64 after = 24');
  await repository.fails(/It changes again/);
}, { timeout: 120_000 });

test('what has not landed may still change, and without history the check says that it has none', async (t) => {
  const repository = await Repository.make(t);
  await repository.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  repository.edit('flowmesh/poem/v1/poem.proto', 'message WritePoem {', 'message WritePoem {\n  // A new one.\n  string mood = 99;');
  await repository.commit('A field, not landed');
  repository.edit('flowmesh/poem/v1/poem.proto', 'string mood = 99', 'string mood = 98');
  await repository.commit('Its number, before it landed');
  await repository.passes(/compatible with 1 earlier state/);

  const origin = repository.directory;
  const shallow = new Repository(path.join(t.directory, 'shallow'));
  await repository.git('clone', '-q', '--depth', '1', `file://${origin}`, shallow.directory);
  await shallow.passes(/compatible with 1 earlier state.*shallow/);
  rmSync(path.join(shallow.directory, '.git'), { recursive: true });
  await shallow.passes(/no history/);
}, { timeout: 120_000 });
