// A flow of three levels with a thousand children, whose workers and server are killed again and again at random.
import { Dice, assert, kills, test } from '../harness.mjs';
import { faultsRequest } from '../../client.mjs';
import { judge } from '../checker.mjs';
import { History } from '../history.mjs';
import { GRACE, MeshUnderFaults, eventually, spread } from '../mesh_under_faults.mjs';
import { report } from '../report.mjs';

const HOUSEHOLDS = 25;
const MEMBERS = 40;
const STEPS = 4;
const SUM = MEMBERS * 1000 * (HOUSEHOLDS * (HOUSEHOLDS - 1) / 2) + HOUSEHOLDS * (MEMBERS * (MEMBERS - 1) / 2);

test('a thousand children on four slots, workers and server killed at random: the right result, nothing recorded is done again', async (t) => {
  const dice = new Dice('family');
  const mesh = await MeshUnderFaults.start(t);
  const history = new History();
  const client = mesh.client();
  const input = { households: HOUSEHOLDS, members: MEMBERS, steps: STEPS, households_at_once: 5, work_ms: 100, sleep_ms: 50 };
  const expect = { sum: SUM, members: HOUSEHOLDS * (MEMBERS + STEPS) };
  const create = { kind: 'create', key: 'family', expect };
  const request = faultsRequest('family', 'RaiseFamily', input, { idempotency_key: 'family', labels: { key: 'family' } });
  const { answer } = await history.insist(create, 5_000, (call) => client.CreateExecution(request, call));

  let done = 0;
  let latest = 0;  // when the newest event was committed
  const following = history.follow(client, answer.id, {
    hear: ({ kind, child, time }) => {
      latest = time.seconds * 1000 + time.nanos / 1e6;
      if (kind === 'child' && child.state === 'COMPLETED' && child.call_key.startsWith('m')) ++done;
    },
  });
  let over = false;
  following.then(() => (over = true), () => {});

  const recovery = { worker: [], server: [] };
  for (let kill = 1; kill <= kills; ++kill) {
    const wanted = Math.floor((HOUSEHOLDS * MEMBERS * (kill - dice.next())) / (kills + 1));
    await eventually(() => done >= wanted, `${wanted} members are done`, 120_000);
    const victim = dice.below(3);
    const another = dice.chance(0.2) ? dice.below(3) : undefined;  // in the middle of the recovery
    const strike = (which) => (which === 2 ? mesh.killServer() : mesh.killWorker(mesh.workers[which]));
    const { time, lost } = await strike(victim);
    if (another !== undefined && kill < kills) {
      ++kill;
      await strike(another);
      continue;
    }
    if (victim !== 2) {
      const again = await mesh.redone(lost);
      if (again > 0) recovery.worker.push(again - time);
      continue;
    }
    await eventually(() => over || latest > time, 'the work goes on, or is done');
    if (latest > time) recovery.server.push(latest - time);
  }
  await following;
  await mesh.allAttached();
  const end = await mesh.readAll();
  const findings = judge(history, end);
  const work = end.ledger.filter(({ event }) => event === 'start').length;
  console.log(`  ${kills} kills, ${history.readers[0].breaks} breaks of the stream; ${work} pieces of work begun for ${expect.members} recorded`);
  console.log(`  recovery, worker: ${spread(recovery.worker)}; server: ${spread(recovery.server)}`);
  report(findings, mesh);
  const bound = GRACE + 2_000;
  const slow = recovery.worker.filter((time) => time > bound);
  assert.equal(slow.length, 0, `work of a killed worker was taken up after ${slow} ms, promised are ${bound}`);
}, { timeout: 120_000 + kills * 10_000 });
