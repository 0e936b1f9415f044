// The ways to hurt a mesh. Each takes (mesh, dice) and returns once the mesh has recovered, with {lost, time} for a worker that died:
// what it had in hand, and when.
import { eventually, freeze } from './mesh_under_faults.mjs';

// A call that is cut short by its deadline: proof that nobody answered for that long.
async function silence(server, milliseconds) {
  try {
    await server.reader.ListFlows({ brief: true }, { timeout: milliseconds });
  } catch (error) {
    if (error.code === 'DEADLINE_EXCEEDED') return;
    throw error;
  }
  throw new Error('a server that is frozen answered');
}

async function killWorker(mesh, dice) {
  return mesh.killWorker(dice.oneOf(mesh.workers));
}

async function killServer(mesh, dice) {
  return mesh.killServer(dice.oneOf(mesh.servers));
}

async function killAll(mesh) {
  await Promise.all([...mesh.servers.map((server) => mesh.killServer(server)), ...mesh.workers.map((worker) => mesh.killWorker(worker))]);
}

// A worker sleeps until the server has given it up and its work is under way elsewhere; then it wakes and says what it has to say.
async function freezeWorker(mesh, dice) {
  const worker = dice.oneOf(mesh.workers);
  await freeze(worker.process);
  const had = mesh.unfinished(worker.process);
  await mesh.lost(worker);
  if (dice.chance(0.7)) await mesh.redone(had);
  worker.process.signal('SIGCONT');
}

// A worker sleeps, the server dies meanwhile, the worker wakes up in another world.
async function freezeWorkerAndKillServer(mesh, dice) {
  const worker = dice.oneOf(mesh.workers);
  await freeze(worker.process);
  const had = mesh.unfinished(worker.process);
  await mesh.killServer(dice.oneOf(mesh.servers));
  if (dice.chance(0.7)) await mesh.redone(had);
  worker.process.signal('SIGCONT');
}

async function freezeServer(mesh, dice) {
  const server = dice.oneOf(mesh.servers);
  await freeze(server.process);
  await silence(server, dice.oneOf([300, 1_200, 2_500]));
  server.process.signal('SIGCONT');
}

async function cutWorker(mesh, dice) {
  dice.oneOf(mesh.workers).proxy.cut();
}

async function cutClients(mesh) {
  mesh.clientProxy.cut();
}

async function cutAll(mesh) {
  for (const { proxy } of [...mesh.workers, { proxy: mesh.clientProxy }]) proxy.cut();
}

async function halfCloseWorker(mesh, dice) {
  dice.oneOf(mesh.workers).proxy.halfClose();
}

// Nothing comes through until the server has given the worker up.
async function stallWorker(mesh, dice) {
  const worker = dice.oneOf(mesh.workers);
  worker.proxy.stall();
  await mesh.lost(worker);
  worker.proxy.flow();
}

// Clients' calls run into their deadlines.
async function stallClients(mesh) {
  const client = mesh.client();
  mesh.clientProxy.stall();
  try {
    await client.ListFlows({ brief: true }, { timeout: 1_000 });
    throw new Error('an answer came through a stalled connection');
  } catch (error) {
    if (error.code !== 'DEADLINE_EXCEEDED') throw error;
  } finally {
    mesh.clientProxy.flow();
  }
}

async function delayWorker(mesh, dice) {
  const { proxy } = dice.oneOf(mesh.workers);
  proxy.delay(dice.oneOf([20, 100, 400]));
  const before = mesh.ledger().length;
  await eventually(() => mesh.ledger().length > before + 10, 'work goes on over a slow network');
  proxy.delay(0);
}

export const faults = {
  killWorker, killServer, killAll, freezeWorker, freezeWorkerAndKillServer, freezeServer, cutWorker, cutClients, cutAll, halfCloseWorker,
  stallWorker, stallClients, delayWorker,
};
