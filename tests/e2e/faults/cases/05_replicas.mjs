// Two servers on one PostgreSQL, killed, frozen for longer than it takes to be declared dead, and cut off.
import { setTimeout as pause } from 'node:timers/promises';
import { kills, test } from '../harness.mjs';
import { databaseFaults } from '../database_faults.mjs';
import { faults } from '../faults.mjs';
import { MeshUnderFaults, eventually, freeze } from '../mesh_under_faults.mjs';
import { storm } from '../storm.mjs';

const HEARTBEAT = 200;  // ms; a server is declared dead after eight looks
const rounds = Math.max(10, Math.floor(kills / 3));

// A server stands still until the other one has declared it dead, and wakes up with everything it believed.
async function freezeServerForLong(mesh, dice) {
  const server = dice.oneOf(mesh.servers);
  const alive = async () => Number(await mesh.database.primary.sql('SELECT count(*) FROM replicas WHERE alive'));
  await eventually(async () => (await alive()) === 2, 'both servers are there');
  const said = server.process.stderr.length;
  await freeze(server.process);
  await eventually(async () => (await alive()) === 1, 'the frozen server is declared dead');
  await pause(dice.oneOf([0, 1_000]));
  server.process.signal('SIGCONT');
  await eventually(() => /declared dead; it drops its sessions/.test(server.process.stderr.slice(said)), 'the server learns that it was dead');
}

for (const notify of ['on', 'off']) {
  test(`two servers and four workers, all killed and frozen (notify ${notify}): nothing acknowledged is lost, nothing takes effect twice`, async (t) => {
    const serverArgs = ['--heartbeat', `${HEARTBEAT}ms`, '--notify', notify];
    const mesh = await MeshUnderFaults.start(t, { servers: 2, workers: 4, proxies: true, serverArgs, database: {} });
    const { killWorker, killServer, freezeWorker, cutWorker, cutAll } = faults;
    const { killDatabase, cutDatabase, terminateBackends } = databaseFaults;
    const all = { killWorker, killServer, freezeServerForLong, freezeWorker, cutWorker, cutAll, killDatabase, cutDatabase, terminateBackends };
    await storm(mesh, { name: `replicas ${notify}`, faults: all, rounds });
  }, { timeout: 120_000 + rounds * 20_000 });
}
