// Clients of every kind of call, while workers and the server are killed, frozen, woken up, cut off and stalled.
import { Dice, assert, kills, test } from '../harness.mjs';
import { judge } from '../checker.mjs';
import { faults } from '../faults.mjs';
import { History } from '../history.mjs';
import { Load } from '../load.mjs';
import { GRACE, MeshUnderFaults, eventually, spread } from '../mesh_under_faults.mjs';
import { report } from '../report.mjs';

const LANES = 8;

test('whatever is killed, frozen, cut or stalled: nothing acknowledged is lost, nothing takes effect twice', async (t) => {
  const dice = new Dice('storm');
  const mesh = await MeshUnderFaults.start(t, { proxies: true });
  const history = new History();
  const load = new Load(mesh, history, LANES);
    const names = Object.keys(faults);
  const order = Array.from({ length: kills }, (_, round) => (round < names.length ? names[round] : dice.oneOf(names)));
  for (let i = order.length - 1; i > 0; --i) {
    const j = dice.below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  const recovery = [];
  for (const name of order) {
    const work = mesh.ledger().length + dice.below(30);
    try {
      await eventually(() => load.check() ?? mesh.ledger().length >= work, 'there is work');
      const struck = await faults[name](mesh, dice);
      if (name === 'killWorker') {
        const again = await mesh.redone(struck.lost);
        if (again > 0) recovery.push(again - struck.time);
      }
      await mesh.allAttached();
      const before = load.ended;
      await eventually(() => load.check() ?? load.ended > before, 'the clients go on');
    } catch (error) {
      const situation = await load.situation().catch(({ message }) => message);
      throw new Error(`${name} (of ${order.join(', ')}): ${error.message}; ${situation}`, { cause: error });
    }
  }
  await load.stop();
  const end = await mesh.readAll();
  const outcomes = (name) => history.operations.filter(({ outcome }) => outcome === name).length;
  console.log(`  ${order.length} faults: ${order.join(', ')}`);
  console.log(`  ${end.executions.length} executions, calls: ${outcomes('ok')} ok, ${outcomes('unknown')} unknown, ${outcomes('fail')} refused; ` +
    `${history.readers.reduce((sum, { breaks }) => sum + breaks, 0)} streams broken`);
  console.log(`  recovery of a killed worker's tasks: ${spread(recovery)}`);
  report(judge(history, end), mesh);
  const slow = recovery.filter((time) => time > GRACE + 2_000);
  assert.equal(slow.length, 0, `work of a killed worker was taken up after ${slow} ms, promised are ${GRACE + 2_000}`);
}, { timeout: 120_000 + kills * 10_000 });
