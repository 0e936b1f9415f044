// Real PostgreSQL servers for cases: each has one of its own, which can be stopped, killed, frozen, given a standby and replaced by it.
//
//   const database = await Postgres.start(t);
//   await t.mesh.dev({ args: ['--store', database.url()] });
//   await database.kill();
//   await database.begin();
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdtempSync, openSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { run, steadyPort } from './processes.mjs';

const PATIENCE = 60_000;  // ms, for a server to do what it was told

// Where initdb and postgres are: Debian keeps them out of the path.
function findPrograms() {
  const versions = Array.from({ length: 16 }, (_, i) => `/usr/lib/postgresql/${30 - i}/bin`);
  const folders = [process.env.FLOWMESH_POSTGRES_BIN, ...versions, '/usr/local/bin', '/usr/bin'].filter(Boolean);
  const found = folders.find((folder) => existsSync(path.join(folder, 'initdb')));
  if (!found) throw new Error('no initdb of PostgreSQL 15 or newer; install the package postgresql or set FLOWMESH_POSTGRES_BIN');
  return found;
}

// PostgreSQL refuses to run as root.
function findUser() {
  if (process.getuid() !== 0) return {};
  const id = (option) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function until(look, what) {
  const end = performance.now() + PATIENCE;
  while (!(await look())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${PATIENCE / 1000} s`);
    await pause(10);
  }
}

// What all servers of this run have in common: their directory, and an empty cluster that each of them is a copy of.
class Home {
  static #shared;

  static get() {
    return (Home.#shared ??= new Home());
  }

  constructor() {
    this.programs = findPrograms();
    this.user = findUser();
    this.directory = mkdtempSync(path.join(tmpdir(), 'flowmesh-pg-'));
    if (this.user.uid !== undefined) chownSync(this.directory, this.user.uid, this.user.gid);
    this.#keep();
    this.empty = path.join(this.directory, 'empty');
    this.run('initdb', ['--no-sync', '--no-instructions', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--wal-segsize=4', '-U', 'flowmesh', '-D', this.empty]);
    // Everybody who comes over TCP is trusted, except one who has to say a password.
    writeFileSync(path.join(this.empty, 'pg_hba.conf'), [
      'local all all trust',
      'host all secretive 127.0.0.1/32 scram-sha-256',
      'host all all 127.0.0.1/32 trust',
      'host replication all 127.0.0.1/32 trust',
      '',
    ].join('\n'));
  }

  // A process beside this one ends all servers and removes their directory when this one is gone, in whatever way.
  #keep() {
    const script = `cat > /dev/null
      end_all() { for p in /proc/[0-9]*; do [[ $(readlink $p/cwd) == "$1"/* ]] && kill -9 \${p#/proc/}; done; }
      end_all "$1"; rm -rf -- "$1"; end_all "$1"; rm -rf -- "$1"`;
    const keeper = spawn('bash', ['-c', script, 'keeper', this.directory], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' });
    keeper.unref();
    keeper.stdin.unref();
  }

  run(program, args) {
    return execFileSync(path.join(this.programs, program), args, { ...this.user, cwd: this.directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async runBeside(program, args) {
    const { code, stderr } = await run(path.join(this.programs, program), args, { ...this.user, cwd: this.directory });
    if (code !== 0) throw new Error(`${program}: ${stderr}`);
  }

  place() {
    return mkdtempSync(path.join(this.directory, 'pg-'));
  }
}

export class Postgres {
  // A running server with an empty database `flowmesh`; gone after the case.
  static async start(t) {
    const home = Home.get();
    const server = new Postgres(t, home, home.place(), await steadyPort());
    cpSync(home.empty, server.data, { recursive: true });
    if (home.user.uid !== undefined) execFileSync('chown', ['-R', `${home.user.uid}:${home.user.gid}`, server.directory]);
    await server.begin();
    await server.sql('CREATE DATABASE flowmesh', 'postgres');
    return server;
  }

  static #shared;
  static #databases = 0;

  // The address of an empty database in a server that all cases of this run share, for those that leave the server alone.
  static async database() {
    const server = await (Postgres.#shared ??= Postgres.#forTheRun());
    const database = `flowmesh_${++Postgres.#databases}`;
    await server.sql(`CREATE DATABASE ${database}`, 'postgres');
    return server.url({ database });
  }

  static async #forTheRun() {
    const server = await Postgres.start({ atEnd: () => {} });
    // In an orderly way, so that nothing of it stays in the kernel; the directory goes with all others.
    process.on('exit', () => {
      try {
        server.home.run('pg_ctl', ['stop', '-D', server.data, '-m', 'immediate', '-s']);
      } catch {
        // It has ended by itself.
      }
    });
    return server;
  }

  constructor(t, home, directory, port) {
    Object.assign(this, { t, home, directory, port, host: '127.0.0.1' });
    this.data = path.join(directory, 'data');
    this.address = `${this.host}:${port}`;
    t.atEnd(async () => {
      await this.#end();
      rmSync(directory, { recursive: true, force: true });
    });
  }

  // The address for --store. `hosts` are HOST:PORT, the first is tried first.
  url({ database = 'flowmesh', user = 'flowmesh', hosts = [this.address], options = '' } = {}) {
    return `postgres://${user}@${hosts.join(',')}/${database}${options}`;
  }

  // Runs a statement; gives its rows as lines, columns with | between them.
  async sql(text, database = 'flowmesh') {
    const args = ['-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1', '-h', this.directory, '-p', `${this.port}`, '-U', 'flowmesh', '-d', database, '-c', text];
    const { code, stdout, stderr } = await run(path.join(this.home.programs, 'psql'), args);
    if (code !== 0) throw new Error(`${text}: ${stderr}`);
    return stdout.trim();
  }

  // Starts the server that does not run now; resolves once it takes connections.
  async begin() {
    // Without fsync nothing is lost when processes are killed: what they wrote is in the kernel's hands. Only a machine that stops
    // would lose it.
    const settings = {
      listen_addresses: this.host, port: this.port, unix_socket_directories: this.directory, fsync: 'off', full_page_writes: 'off',
      max_connections: 50, shared_buffers: '32MB', dynamic_shared_memory_type: 'mmap', wal_keep_size: '64MB', max_wal_size: '256MB',
    };
    const log = openSync(path.join(this.directory, 'log'), 'a');
    const args = ['-D', this.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
    this.child = spawn(path.join(this.home.programs, 'postgres'), args, { ...this.home.user, cwd: this.directory, stdio: ['ignore', log, log], detached: true });
    const { child } = this;
    this.ended = new Promise((resolve) => child.on('exit', resolve).on('error', resolve));
    let gone = false;
    this.ended.then(() => (gone = true));
    await until(() => {
      if (gone) throw new Error(`PostgreSQL does not start:\n${this.log()}`);
      return this.#state() === 'ready' || this.#state() === 'standby';
    }, 'PostgreSQL starts');
  }

  // What the server says of itself in the last line of its file.
  #state() {
    try {
      const lines = readFileSync(path.join(this.data, 'postmaster.pid'), 'utf8').trim().split('\n');
      return lines[0] === `${this.child.pid}` ? lines.at(-1).trim() : '';
    } catch {
      return '';
    }
  }

  log() {
    return readFileSync(path.join(this.directory, 'log'), 'utf8').split('\n').slice(-20).join('\n');
  }

  // Orderly: open transactions are rolled back, connections told why they end.
  async stop() {
    process.kill(this.child.pid, 'SIGINT');
    await this.ended;
  }

  // Every process of the server at once, with no chance to write or say anything, also if they are frozen.
  async kill() {
    const kill = (pid) => {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    await until(() => {
      const pids = this.#processes();
      pids.forEach(kill);
      return pids.length === 0;
    }, 'the processes of PostgreSQL are gone');
    await this.ended;
  }

  // For good: what a killed server leaves in the kernel goes too.
  async #end() {
    if (this.#processes().length > 0) {
      this.wake();
      process.kill(this.child.pid, 'SIGQUIT');
      await Promise.race([this.ended, pause(2_000)]);
    }
    await this.kill();
    const file = path.join(this.data, 'postmaster.pid');
    const segment = existsSync(file) && readFileSync(file, 'utf8').split('\n')[6]?.trim().split(/\s+/)[1];
    if (segment) await run('ipcrm', ['-m', segment]);
  }

  // All its processes work in its directory.
  #processes() {
    const works = (pid) => {
      try {
        return /^\d+$/.test(pid) && `${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${this.directory}/`);
      } catch {
        return false;
      }
    };
    const lives = (pid) => {
      try {
        return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
      } catch {
        return false;
      }
    };
    return readdirSync('/proc').filter(works).map(Number).filter(lives);
  }

  // Breaks every connection that works on the database; gives how many there were.
  async terminateBackends(database = 'flowmesh') {
    return Number(await this.sql(`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '${database}'`, 'postgres'));
  }

  freeze() {
    for (const pid of this.#processes()) process.kill(pid, 'SIGSTOP');
  }

  wake() {
    for (const pid of this.#processes()) process.kill(pid, 'SIGCONT');
  }

  // A server that follows this one; a synchronous one has whatever a COMMIT here was answered for.
  // `through` may name the HOST:PORT of a proxy by which it reaches this server.
  async standby({ synchronous = false, through = this.address } = {}) {
    const follower = new Postgres(this.t, this.home, this.home.place(), await steadyPort());
    if (this.home.user.uid !== undefined) chownSync(follower.directory, this.home.user.uid, this.home.user.gid);
    const name = `standby_${follower.port}`;
    const [host, port] = through.split(':');
    const source = `host=${host} port=${port} user=flowmesh application_name=${name}`;
    // Not synchronously: the proxy may be one of this process.
    await this.home.runBeside('pg_basebackup', ['--no-sync', '-c', 'fast', '-R', '-X', 'stream', '-D', follower.data, '-d', source]);
    await follower.begin();
    if (synchronous) {
      await this.sql(`ALTER SYSTEM SET synchronous_standby_names = '${name}'`, 'postgres');
      await this.sql('SELECT pg_reload_conf()', 'postgres');
    }
    const wanted = synchronous ? 'sync' : 'async';
    const query = `SELECT count(*) FROM pg_stat_replication WHERE application_name = '${name}' AND state = 'streaming' AND sync_state = '${wanted}'`;
    await until(async () => (await this.sql(query, 'postgres')) === '1', 'the standby follows');
    return follower;
  }

  // A server of its own, not begun yet, with what a base backup of this one holds.
  async copy() {
    const copy = new Postgres(this.t, this.home, this.home.place(), await steadyPort());
    if (this.home.user.uid !== undefined) chownSync(copy.directory, this.home.user.uid, this.home.user.gid);
    const source = `host=${this.host} port=${this.port} user=flowmesh`;
    const args = ['--no-sync', '-c', 'fast', '-X', 'stream', '-D', copy.data, '-d', source];
    await new Promise((resolve, reject) => {
      const child = spawn(path.join(this.home.programs, 'pg_basebackup'), args, { ...this.home.user, cwd: this.home.directory, stdio: 'ignore' });
      child.on('error', reject).on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`pg_basebackup ended with ${code}`))));
    });
    return copy;
  }

  // Makes a primary of a standby, which then waits for no standby of its own.
  async promote() {
    await this.sql('SELECT pg_promote(true)', 'postgres');
    await this.sql("ALTER SYSTEM SET synchronous_standby_names = ''", 'postgres');
    await this.sql('SELECT pg_reload_conf()', 'postgres');
  }
}
