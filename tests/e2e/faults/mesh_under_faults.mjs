// Servers and workers whose processes and connections can be hurt one after the other, and which are replaced when they die.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { steadyPort } from '../processes.mjs';
import { DatabaseUnderFaults } from './database_under_faults.mjs';
import { store } from './harness.mjs';
import { now } from './history.mjs';
import { Network } from './network.mjs';

export const GRACE = 500;  // ms

// Resolves to what `look` gives once that is something. Errors of calls count as nothing yet.
export async function eventually(look, what, patience = 60_000) {
  const end = performance.now() + patience;
  for (;;) {
    let seen;
    try {
      seen = await look();
    } catch (error) {
      if (error.code === undefined) throw error;
    }
    if (seen) return seen;
    if (performance.now() > end) throw new Error(`${what}: not within ${patience / 1000} s`);
    await pause(20);
  }
}

function peakMemory(process) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${process.child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

// Stops every thread of a process; resolves once none runs any more. The way back is signal('SIGCONT').
export async function freeze(process) {
  process.signal('SIGSTOP');
  const threads = `/proc/${process.child.pid}/task`;
  const stands = (thread) => /^State:\s+T/m.test(readFileSync(`${threads}/${thread}/status`, 'utf8'));
  await eventually(() => readdirSync(threads).every(stands), 'a frozen process stands still');
}

export class MeshUnderFaults {
  // `database` puts the rows into PostgreSQL, see DatabaseUnderFaults; several `servers` need one. `serverArgs` go to each of them.
  static async start(t, { workers = 2, slots = 2, parkAfter = 300, proxies = false, servers = 1, serverArgs = [],
    database = store === 'postgres' ? {} : undefined } = {}) {
    const mesh = new MeshUnderFaults(t, { slots, parkAfter, serverArgs });
    mesh.keysFile = t.keysFile;
    mesh.ledgerFile = path.join(t.directory, 'ledger');
    mesh.data = t.mesh.temporary('data');
    mesh.artifacts = t.mesh.temporary('artifacts');
    mesh.workerToken = await t.token('worker', 'worker');
    mesh.ownerToken = await t.token('ada');
    mesh.database = database && (await DatabaseUnderFaults.start(t, database));
    mesh.servers = [];
    for (let i = 0; i < servers; ++i) {
      const store = mesh.database ? ['--store', await mesh.database.urlForOne()] : [];
      mesh.servers.push({ address: `127.0.0.1:${await steadyPort()}`, store });
    }
    for (const server of mesh.servers) await mesh.#startServer(server);
    const addresses = mesh.servers.map(({ address }) => address);
    mesh.address = addresses.join(',');
    mesh.clientProxy = proxies ? await Network.open(t, addresses) : undefined;
    mesh.workers = [];
    for (let i = 0; i < workers; ++i) mesh.workers.push({ place: i, proxy: proxies ? await Network.open(t, addresses) : undefined });
    for (const worker of mesh.workers) mesh.#startWorker(worker);
    const adminToken = await t.token('root', 'admin');
    for (const server of mesh.servers) {
      server.admin = t.client(server, adminToken);
      server.reader = t.client(server, mesh.ownerToken);
    }
    mesh.reader = t.client(mesh, mesh.ownerToken);
    await mesh.allAttached();
    return mesh;
  }

  constructor(t, { slots, parkAfter, serverArgs }) {
    Object.assign(this, { t, slots, parkAfter, serverArgs, started: 0, peak: { server: 0, worker: 0 } });
    const timer = setInterval(() => this.#look(), 250);
    t.atEnd(() => clearInterval(timer));
  }

  async #startServer(server) {
    const args = ['--grace', `${GRACE}ms`, '--keepalive', '1s', '--artifacts', this.artifacts, ...server.store, ...this.serverArgs];
    server.process = await this.t.mesh.server({ data: this.data, grpc: server.address, keysFile: this.keysFile, args });
  }

  #startWorker(worker) {
    worker.name = `worker-${worker.place}-${++this.started}`;
    worker.process = this.t.mesh.faultsWorker({
      server: worker.proxy?.address ?? this.address,
      token: this.workerToken,
      args: ['--name', worker.name, '--slots', `${this.slots}`, '--ledger', this.ledgerFile, '--park-after-ms', `${this.parkAfter}`],
    });
  }

  #look() {
    for (const { process } of this.servers ?? []) if (process) this.peak.server = Math.max(this.peak.server, peakMemory(process));
    for (const { process } of this.workers ?? []) this.peak.worker = Math.max(this.peak.worker, peakMemory(process));
  }

  // A client of a user, behind the proxy if there is one.
  client() {
    return this.t.client(this.clientProxy ?? this, this.ownerToken);
  }

  // What was computed up to now.
  ledger() {
    let text = '';
    try {
      text = readFileSync(this.ledgerFile, 'utf8');
    } catch {
      return [];
    }
    // The last line may still be on its way.
    return text.slice(0, text.lastIndexOf('\n') + 1).split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  // Members that a process has begun and not ended.
  unfinished(process) {
    const open = new Map();
    for (const line of this.ledger()) {
      if (line.pid !== process.child.pid || !/m\d+$|^alone/.test(line.path)) continue;
      if (line.event === 'start') open.set(line.draw, line);
      else open.delete(line.draw);
    }
    return [...open.values()];
  }

  // The names of all workers, whichever servers they are attached to. Fails if no server answers.
  async attached() {
    const answers = await Promise.allSettled(this.servers.map(({ admin }) => admin.ListWorkers({}, { timeout: 1_000 })));
    const answered = answers.filter(({ status }) => status === 'fulfilled');
    if (answered.length === 0) throw answers[0].reason;
    return answered.flatMap(({ value }) => value.workers).filter(({ detached }) => !detached).map(({ name }) => name);
  }

  allAttached() {
    return eventually(async () => {
      const names = await this.attached();
      return this.workers.every(({ name }) => names.includes(name));
    }, 'all workers are attached');
  }

  lost({ name }) {
    return eventually(async () => !(await this.attached()).includes(name), `the server misses ${name}`);
  }

  // Resolves once each of these pieces of work was begun again, or has ended, or nobody wants it any more: the time when the last
  // was begun again.
  async redone(lines) {
    const again = (line, all) => all.find(({ execution, path, attempt }) =>
      execution === line.execution && path === line.path && attempt > line.attempt);
    await eventually(async () => {
      const all = this.ledger();
      const ended = new Set(all.filter(({ event }) => event !== 'start').map(({ draw }) => draw));
      const rest = lines.filter((line) => !ended.has(line.draw) && !again(line, all));
      if (rest.length === 0) return true;
      const open = new Set((await this.reader.list({ states: ['CREATED', 'QUEUED', 'RUNNING'] })).map(({ id }) => id));
      return rest.every(({ execution }) => !open.has(execution));
    }, `the work of a lost worker (${lines.map(({ path }) => path)}) is done by another one`);
    const all = this.ledger();
    return Math.max(0, ...lines.map((line) => again(line, all)?.time ?? 0));
  }

  async killWorker(worker) {
    this.#look();
    const time = now();
    const dead = worker.process;
    await dead.stop('SIGKILL');
    const lost = this.unfinished(dead);
    this.#startWorker(worker);
    return { time, lost };
  }

  async killServer(server = this.servers[0]) {
    this.#look();
    const time = now();
    await server.process.stop('SIGKILL');
    await this.#startServer(server);
    return { time };
  }

  // What a checker needs in the end, read from a server that is left alone.
  async readAll() {
    const executions = [];
    const tasks = {};
    const events = {};
    for (const { id } of await this.reader.list()) {
      executions.push(await this.reader.GetExecution({ id }));
      tasks[id] = await this.reader.tasks(id);
      events[id] = await this.reader.tail({ execution_id: id, follow: false });
    }
    this.#look();
    return { executions, tasks, events, ledger: this.ledger() };
  }
}

// Recovery times in milliseconds, said in one line.
export function spread(times) {
  if (times.length === 0) return 'none measured';
  const sorted = [...times].sort((a, b) => a - b);
  const ms = (value) => `${Math.round(value)} ms`;
  return `p50 ${ms(sorted[Math.floor(sorted.length / 2)])}, max ${ms(sorted.at(-1))} (${sorted.length} measured)`;
}
