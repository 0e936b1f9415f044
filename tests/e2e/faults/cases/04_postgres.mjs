// The same load over a PostgreSQL that is stopped, killed, cut off and replaced by its standby.
import { faultsRequest } from '../../client.mjs';
import { assert, kills, test } from '../harness.mjs';
import { databaseFaults, failoverFaults } from '../database_faults.mjs';
import { faults } from '../faults.mjs';
import { MeshUnderFaults, eventually } from '../mesh_under_faults.mjs';
import { storm } from '../storm.mjs';

const rounds = Math.max(8, Math.floor(kills / 4));

test('whatever happens to PostgreSQL: nothing acknowledged is lost, nothing takes effect twice', async (t) => {
  const mesh = await MeshUnderFaults.start(t, { proxies: true, database: {} });
  const { killWorker, killServer } = faults;
  await storm(mesh, { name: 'postgres', faults: { ...databaseFaults, killWorker, killServer }, rounds });
}, { timeout: 120_000 + rounds * 15_000 });

test('a synchronous standby takes the place of its primary, which wakes up later: nothing acknowledged is lost', async (t) => {
  const mesh = await MeshUnderFaults.start(t, { proxies: true, database: { standby: 'synchronous' } });
  const { promoteStandby, cutDatabase } = failoverFaults;
  await storm(mesh, { name: 'failover', faults: { promoteStandby, cutDatabase }, rounds: Math.max(3, Math.floor(kills / 20)) });
}, { timeout: 120_000 + rounds * 30_000 });

// What an asynchronous standby costs: what was acknowledged while it lagged is gone, everything else is there, and the server serves.
test('an asynchronous standby that is promoted lacks what was acknowledged while it lagged, and nothing else', async (t) => {
  const mesh = await MeshUnderFaults.start(t, { serverArgs: ['--heartbeat', '200ms'], database: { standby: 'asynchronous' } });
  const client = mesh.client();
  const { database } = mesh;
  const acknowledged = new Map();  // by key: {id, late}
  let late = false;
  let over = false;
  const create = (key) => {
    const request = faultsRequest('member', 'MeetMember', { path: `alone-${key}`, value: 1, work_ms: 1 }, { idempotency_key: key, labels: { key } });
    return client.CreateExecution(request, { timeout: 2_000 });
  };
  const lane = async (place) => {
    for (let n = 0; !over; ++n) {
      const key = `${place}-${n}`;
      const { id } = await create(key).catch(() => ({}));
      if (id) acknowledged.set(key, { id, late });
    }
  };
  const lanes = [0, 1, 2, 3].map(lane);
  await eventually(() => acknowledged.size > 200, 'creates are acknowledged');
  const caughtUp = 'SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) < 1000000 FROM pg_stat_replication';
  assert.equal(await database.primary.sql(caughtUp, 'postgres'), 't');
  const before = acknowledged.size;
  late = true;
  database.replication.stall();
  const begin = performance.now();
  await eventually(() => acknowledged.size > before + 100, 'creates are acknowledged while the standby lags');
  const lag = performance.now() - begin;
  await database.primary.kill();
  await database.shut(database.primary);
  over = true;
  await Promise.all(lanes);
  database.replication.cut();
  database.replication.flow();
  await database.standby.promote();
  database.primary = database.standby;
  await eventually(async () => (await mesh.reader.list()).length > 0, 'the server serves from the new primary');
  const there = new Set((await mesh.reader.list()).map(({ id }) => id));
  const lost = [...acknowledged].filter(([, { id }]) => !there.has(id));
  const early = lost.filter(([, one]) => !one.late);
  console.log(`  ${acknowledged.size} creates acknowledged, ${lost.length} of them lost, all from the last ${Math.round(lag)} ms, in which the standby got nothing`);
  assert.ok(lost.length > 0, 'nothing was lost: the standby did not lag');
  assert.ok(early.length <= 4, `${early.length} creates from before the lag are lost`);
  // Who repeats a lost create makes it again.
  for (const [key, { id }] of lost.slice(0, 20)) {
    const again = await eventually(() => create(key), 'a lost create is repeated');
    assert.notEqual(again.id, id);
  }
  assert.equal(mesh.servers[0].process.child.exitCode, null);
  // What the old primary alone knew to be done is assigned to nobody who still has it: a new server hands it out again.
  await mesh.killServer();
  await eventually(async () => (await mesh.reader.list({ states: ['CREATED', 'QUEUED', 'RUNNING'] })).length === 0, 'everything that is there ends');
}, { timeout: 120_000 });
