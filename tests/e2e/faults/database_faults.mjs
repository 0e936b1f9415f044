// The ways to hurt the PostgreSQL under a mesh; as those in faults.mjs.
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from './mesh_under_faults.mjs';

// How long it is away, in ms.
const absence = (dice) => dice.oneOf([0, 300, 1_500]);

async function restartDatabase({ database }, dice) {
  await database.primary.stop();
  await pause(absence(dice));
  await database.primary.begin();
}

async function killDatabase({ database }, dice) {
  await database.primary.kill();
  await pause(absence(dice));
  await database.primary.begin();
}

async function terminateBackends({ database }) {
  await database.primary.terminateBackends();
}

// Batches follow each other without a pause under load: of many cuts at any moment some fall between a COMMIT and its answer.
async function cutDatabase({ database }, dice) {
  for (let i = 0; i < 8; ++i) {
    await pause(dice.below(120));
    database.cut(dice.oneOf(database.networks));
  }
}

// Nothing gets through for a while; then everything does, late.
async function stallDatabase({ database }, dice) {
  const network = dice.oneOf(database.networks);
  network.stall();
  await pause(dice.oneOf([200, 900]));
  network.flow();
}

async function killDatabaseAndServer(mesh, dice) {
  const server = dice.oneOf(mesh.servers);
  await Promise.all([server.process.stop('SIGKILL'), mesh.database.primary.kill()]);
  await mesh.database.primary.begin();
  await mesh.killServer(server);
}

export const databaseFaults = { restartDatabase, killDatabase, terminateBackends, cutDatabase, stallDatabase, killDatabaseAndServer };

// The standby takes over from a primary that hangs; the old one wakes up, still believing that it is the primary, and everybody has to
// connect anew.
async function promoteStandby(mesh, dice) {
  const { database } = mesh;
  const old = await database.failOver();
  // By its commits: a worker that has a task goes on without them, and a server that has not met the new primary cannot tell which is which.
  const commits = async () => Number(await database.primary.sql('SELECT coalesce(max(batch), 0) FROM replicas WHERE alive'));
  const committed = await commits();
  await eventually(async () => (await commits()) > committed, 'the server commits at the new primary');
  old.wake();
  database.cut();
  await pause(dice.oneOf([0, 500]));
  const more = mesh.ledger().length;
  await eventually(() => mesh.ledger().length > more + 5, 'work goes on while the old primary is awake');
  await database.replace(old);
}

export const failoverFaults = { ...databaseFaults, promoteStandby };
