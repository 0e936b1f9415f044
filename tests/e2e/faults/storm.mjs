// Clients of every kind of call, while one fault after the other strikes. Each fault is waited out: the mesh has recovered when all
// workers are attached and the clients get answers again.
import { Dice, assert } from './harness.mjs';
import { judge } from './checker.mjs';
import { History, now } from './history.mjs';
import { Load } from './load.mjs';
import { GRACE, eventually, spread } from './mesh_under_faults.mjs';
import { report } from './report.mjs';

const LANES = 8;

// `faults` by name, each once if there are rounds enough and else chosen by the dice. Gives what the clients did and saw, and the state
// in the end, which was judged.
export async function storm(mesh, { name: title, faults, rounds }) {
  const dice = new Dice(title);
  const history = new History();
  const load = new Load(mesh, history, LANES);
  const names = Object.keys(faults);
  const order = Array.from({ length: rounds }, (_, round) => (round < names.length ? names[round] : dice.oneOf(names)));
  for (let i = order.length - 1; i > 0; --i) {
    const j = dice.below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  const redone = [];
  const recovery = [];
  for (const name of order) {
    const work = mesh.ledger().length + dice.below(30);
    try {
      await eventually(() => load.check() ?? mesh.ledger().length >= work, 'there is work');
      const struck = await faults[name](mesh, dice);
      const over = now();
      if (struck?.lost && name === 'killWorker') {
        const again = await mesh.redone(struck.lost);
        if (again > 0) redone.push(again - struck.time);
      }
      await mesh.allAttached();
      const before = load.ended;
      await eventually(() => load.check() ?? load.ended > before, 'the clients go on');
      recovery.push(now() - over);
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
  console.log(`  from the end of a fault to the next answer: ${spread(recovery)}; recovery of a killed worker's tasks: ${spread(redone)}`);
  report(judge(history, end), mesh);
  const slow = redone.filter((time) => time > GRACE + 2_000);
  assert.equal(slow.length, 0, `work of a killed worker was taken up after ${slow} ms, promised are ${GRACE + 2_000}`);
  return { history, end };
}
