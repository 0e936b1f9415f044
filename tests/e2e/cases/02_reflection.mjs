// An unmodified gRPC command-line client that knows no protos and asks for them by reflection.
import path from 'node:path';
import { assert, test } from '../harness.mjs';
import { root, run } from '../processes.mjs';

const buf = path.join(root, 'tests/e2e/node_modules/@bufbuild/buf-linux-x64/bin/buf');

async function bufCurl(t, address, reflection, method, request) {
  const args = ['curl', '--protocol', 'grpc', '--http2-prior-knowledge', ...reflection, '--data', JSON.stringify(request),
    `http://${address}/flowmesh.v1.Orchestrator/${method}`];
  // Its cache lives under HOME; the working directory holds no module that could be taken for a schema.
  const { code, stdout, stderr } = await run(buf, args, { env: { HOME: t.directory, XDG_CACHE_HOME: t.directory }, cwd: t.directory });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

for (const [name, reflection] of [['v1', ['--reflect-protocol', 'grpc-v1']], ['v1alpha', ['--reflect-protocol', 'grpc-v1alpha']],
  ['whatever is offered', []]]) {
  test(`buf curl lists flows and creates a poem through reflection ${name}`, async (t) => {
    const dev = await t.mesh.dev();
    const { flows } = await bufCurl(t, dev.address, reflection, 'ListFlows', { brief: true });
    assert.deepEqual(flows.map((flow) => flow.name), ['blueprint', 'poem', 'quiz']);
    assert.equal(flows[1].inputType, 'flowmesh.poem.v1.WritePoem');
    const created = await bufCurl(t, dev.address, reflection, 'CreateExecution', {
      flow: 'poem',
      start: true,
      input: { '@type': 'type.googleapis.com/flowmesh.poem.v1.WritePoem', title: 'The reflection' },
    });
    assert.equal(created.flow, 'poem');
    const client = t.client(dev);
    await client.tail({ execution_id: created.id });
    assert.equal((await client.GetExecution({ id: created.id })).state, 'COMPLETED');
  });
}
