// Clients of every kind of call, while workers and the server are killed, frozen, woken up, cut off and stalled.
import { kills, test } from '../harness.mjs';
import { faults } from '../faults.mjs';
import { MeshUnderFaults } from '../mesh_under_faults.mjs';
import { storm } from '../storm.mjs';

test('whatever is killed, frozen, cut or stalled: nothing acknowledged is lost, nothing takes effect twice', async (t) => {
  const mesh = await MeshUnderFaults.start(t, { proxies: true });
  await storm(mesh, { name: 'storm', faults, rounds: kills });
}, { timeout: 120_000 + kills * 10_000 });
