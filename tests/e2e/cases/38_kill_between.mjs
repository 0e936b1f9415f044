// Servers and workers that are killed between the order and its end, at moments that events choose: the quiz and the blueprint come
// all the same, once.
import { assert, checkEvents } from '../harness.mjs';
import { onBothStores } from '../apps.mjs';
import { counts, followed, progressOf, watched, withTopic } from '../blueprints.mjs';
import { questionsOf } from '../questions.mjs';

const SIZE = 50;  // questions, which the worker writes ten by ten
const ROUNDS = 6;  // at most, until a kill has come before the end

const products = {
  quiz: {
    workerFlags: [],
    async order({ ada, round }) {
      await ada.made('/api/users', { username: `round ${round}` });
      const { task_id } = await ada.made('/api/ai/generate', { user_id: round, quiz_size: SIZE }, { status: 202 });
      const path = `/api/ai/tasks/${task_id}`;
      return { task_id, path, status: path, execution: async () => (await ada.read(`${path}/details`)).execution_id };
    },
    isPending: ({ is_pending }) => is_pending,
    done: ({ counters }) => counters.questions,
    moments: { first: 10, last: SIZE - 10 },
    async check({ ada }, { task_id, path }) {
      const task = (await ada.poll(path, ({ is_pending }) => !is_pending)).at(-1);
      assert.deepEqual([task.status, task.error_message, task.questions_created], ['completed', '', SIZE]);
      const questions = await questionsOf(ada, task_id);
      assert.deepEqual(questions.length, SIZE);
      assert.equal(new Set(questions.map(({ text }) => text)).size, SIZE, 'a question stands there twice');
      const { worker_response } = await ada.read(`${path}/details`);
      assert.deepEqual(worker_response.questions.map(({ sentence }) => sentence), questions.map(({ text }) => text));
    },
  },
  blueprint: {
    workerFlags: ['--objective-pace', '40ms'],
    async order({ ada, path }) {
      const { id, execution_id } = await ada.made(`${path}/generate`);
      return { path: `${path}/${id}`, status: `${path}/${id}/status`, execution: async () => execution_id };
    },
    isPending: ({ status }) => status === 'generating',
    done: (progress) => progressOf({ progress })[0],
    moments: { first: 1, last: 7 },
    async check({ ada }, { path }) {
      await watched(ada, path);
      const blueprint = await ada.read(path);
      const terminal = blueprint.terminal_objectives;
      assert.deepEqual(counts(blueprint), [terminal.length, terminal.flatMap((one) => one.enabling_objectives).length]);
      assert.deepEqual(terminal.map(({ objective }) => objective.number), terminal.map((_, i) => `${i + 1}`));
      assert.equal(new Set(terminal.map(({ objective }) => objective.text)).size, terminal.length);
      const last = (await followed(ada, blueprint.execution_id)).map(({ data }) => progressOf(data)).filter(Boolean).at(-1);
      assert.deepEqual(last, counts(blueprint));
    },
  },
};

// The stream of an execution that was interrupted is as whole as any other.
async function checkStream(ada, execution) {
  const events = (await followed(ada, execution)).map(({ data }) => ({ ...data, seq: Number(data.seq), kind: data.state ? 'state' : 'other' }));
  checkEvents(events, { id: execution, state: 'COMPLETED' });
}

// One order with one kill; gives whether it came before the end.
async function round(world, product, victim, moment, number) {
  const attach = async () => {
    world.worker = world.apps.worker(...product.workerFlags);
    await world.worker.wrote(/attached as session/);
  };
  const kill = () => (victim === 'server' ? world.apps.killed() : world.worker.stop('SIGKILL'));
  let order;
  if (moment === 'ordered') {
    await attach();
    order = await product.order({ ...world, round: number });
  } else {
    order = await product.order({ ...world, round: number });
    const wanted = product.moments[moment];
    const reached = followed(world.ada, await order.execution(), { until: ({ data }) => data.progress && product.done(data.progress) >= wanted });
    await attach();
    await reached;
  }
  await kill();
  if (victim === 'server') world.apps = await world.apps.again();
  const interrupted = product.isPending(await world.ada.read(order.status));
  if (victim === 'worker') await attach();
  await product.check(world, order);
  await checkStream(world.ada, await order.execution());
  await world.worker.stop('SIGKILL');
  return interrupted;
}

for (const [name, product] of Object.entries(products)) {
  for (const victim of ['server', 'worker']) {
    onBothStores(`a ${name} comes once, whole, when the ${victim} is killed between`, async (t, store) => {
      const world = await withTopic(t, store);
      let number = 0;
      for (const moment of ['ordered', 'first', 'last']) {
        let interrupted = false;
        for (let i = 0; i < ROUNDS && !interrupted; ++i) interrupted = await round(world, product, victim, moment, ++number);
        // A kill right after the order may always find the work done; one in the middle of it cannot.
        if (moment !== 'ordered') assert.ok(interrupted, `${moment}: every kill came too late`);
      }
    }, { timeout: 180_000 });
  }
}
