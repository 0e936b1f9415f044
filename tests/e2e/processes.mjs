// Starts flowmesh's processes and talks about them in events: serving, a line in the log, the end.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const flowmesh = process.env.FLOWMESH_BIN ?? path.join(root, 'build/bin/flowmesh');
export const faultsWorker = process.env.FLOWMESH_FAULTS_WORKER ?? path.join(path.dirname(flowmesh), 'tests/faults_worker');

// The environment without what would steer flowmesh from outside.
function cleanEnvironment(extra = {}) {
  const kept = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('FLOWMESH_')));
  return { ...kept, ...extra };
}

// A running process. `stderr` and `stdout` are what it has written so far.
export class Process {
  constructor(command, args, { env } = {}) {
    this.words = [path.basename(command), ...args].join(' ');
    this.stdout = '';
    this.stderr = '';
    this.watchers = new Set();
    this.child = spawn(command, args, { env: cleanEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });
    for (const name of ['stdout', 'stderr']) {
      this.child[name].setEncoding('utf8').on('data', (text) => {
        this[name] += text;
        for (const watcher of this.watchers) watcher();
      });
    }
    this.exited = new Promise((resolve) => {
      this.child.on('error', (error) => resolve({ code: -1, signal: null, error }));
      this.child.on('close', (code, signal) => resolve({ code, signal }));
    });
  }

  // Resolves once the pattern stands in what the process wrote; rejects if it ends before.
  wrote(pattern) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(this.stderr) ?? pattern.exec(this.stdout);
        if (!match) return;
        this.watchers.delete(look);
        resolve(match);
      };
      this.watchers.add(look);
      this.exited.then(() => reject(new Error(`${this.words} ended without writing ${pattern}\n${this.stderr}`)));
      look();
    });
  }

  // Sends a signal and waits for the end.
  async stop(signal = 'SIGTERM') {
    this.child.kill(signal);
    return this.exited;
  }

  signal(name) {
    this.child.kill(name);
  }
}

// Starts a process that writes its address into --address-file and resolves once it serves: the first line is the address of
// the gRPC port.
async function startServing(command, args, { directory, env, onStart }) {
  const fifo = path.join(mkdtempSync(path.join(directory, 'ready-')), 'address');
  execFileSync('mkfifo', [fifo]);
  const serving = new Process(command, [...args, '--address-file', fifo], { env });
  onStart(serving);
  const reader = new Process('cat', [fifo]);
  const address = reader.wrote(/^(\S+)\n/).then((match) => match[1]);
  address.catch(() => {});
  const ended = serving.exited.then(({ code, signal }) => {
    reader.signal('SIGKILL');
    throw new Error(`${serving.words} ended (code ${code}, ${signal}) before it served:\n${serving.stderr}`);
  });
  ended.catch(() => {});
  serving.address = await Promise.race([address, ended]);
  return serving;
}

// Runs a command to its end.
export function run(command, args, { env, input, ...options } = {}) {
  return new Promise((resolve) => {
    const all = { ...options, env: cleanEnvironment(env), maxBuffer: 64 << 20 };
    const child = execFile(command, args, all, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? -1) : 0, signal: error?.signal ?? null, stdout, stderr });
    });
    child.stdin.on('error', () => {});  // a command may end without reading it
    child.stdin.end(input ?? '');
  });
}

// A port that no outgoing connection can take while the server that had it is dead: one below the range the kernel gives out.
export async function steadyPort() {
  const [first] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split('\t').map(Number);
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * (first - 10_000));
    const probe = net.createServer();
    const free = await new Promise((resolve) => probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)));
    await new Promise((resolve) => probe.close(resolve));
    if (free) return port;
  }
}

// Poems are written as fast as they can be unless a case wants to watch.
const paced = (args) => (args.includes('--poem-pace') ? args : ['--poem-pace', '1ms', ...args]);

// The processes of one case: everything is killed at its end.
export class Mesh {
  constructor(directory) {
    this.directory = directory;
    this.processes = [];
  }

  temporary(name) {
    return mkdtempSync(path.join(this.directory, `${name}-`));
  }

  // `flowmesh dev`: everything in one process, no token needed. `grpc` may name the address of an earlier one.
  dev({ data = this.temporary('data'), grpc = '127.0.0.1:0', args = [], env } = {}) {
    return this.#serve(['dev', '--grpc', grpc, '--data', data, ...paced(args)], data, env);
  }

  // `flowmesh server`: no worker inside, every call needs a token.
  server({ data = this.temporary('data'), grpc = '127.0.0.1:0', keysFile, args = [], env } = {}) {
    return this.#serve(['server', '--grpc', grpc, '--data', data, '--keys-file', keysFile, ...args], data, env);
  }

  async #serve(args, data, env) {
    const serving = await startServing(flowmesh, args, {
      directory: this.directory,
      env,
      onStart: (started) => this.processes.push(started),
    });
    serving.data = data;
    return serving;
  }

  // `flowmesh worker`, started and not waited for: work arriving shows that it is attached.
  worker({ server, token, args = [] }) {
    const tokenFile = path.join(this.temporary('token'), 'token');
    writeFileSync(tokenFile, token, { mode: 0o600 });
    return this.start(['worker', '--server', server, '--token-file', tokenFile, ...paced(args)]);
  }

  // The worker of tests/e2e/workers: serves `family`, `member`, `listen`, `ask`, `doze` and `dictate`, as faults.proto says.
  faultsWorker({ server, token, args = [] }) {
    const tokenFile = path.join(this.temporary('token'), 'token');
    writeFileSync(tokenFile, token, { mode: 0o600 });
    return this.startOther(faultsWorker, ['--server', server, '--token-file', tokenFile, ...args]);
  }

  start(args, options) {
    return this.startOther(flowmesh, args, options);
  }

  startOther(command, args, options) {
    const started = new Process(command, args, options);
    this.processes.push(started);
    return started;
  }

  async close() {
    await Promise.all(this.processes.map((started) => started.stop('SIGKILL')));
  }

  // The last lines that the newest processes wrote, for a failed case.
  report() {
    const tail = (text) => text.trimEnd().split('\n').slice(-15).map((line) => `      ${line}`).join('\n');
    return this.processes.slice(-10).map(({ words, stderr, stdout }) => `    $ ${words}\n${tail(stderr + stdout)}`).join('\n');
  }
}
