// A worker of the mesh in a case's own hands: what it is assigned stands still until the case goes on with it.
//
//   const worker = await HeldWorker.attach(apps, 'quiz');
//   const work = await worker.assigned();
//   work.progress(20, { questions: 1 });
//   await work.finish({ questions: [...] });
import { randomBytes } from 'node:crypto';
import { RawWorker } from './raw_worker.mjs';

const contracts = {
  quiz: ['flowmesh.quiz.v1.QuizOrder', 'flowmesh.quiz.v1.Quiz'],
  blueprint: ['flowmesh.blueprint.v1.WriteBlueprint', 'flowmesh.blueprint.v1.WrittenBlueprint'],
};

export class HeldWorker {
  // Serves one flow of that name; the server knows its messages.
  static async attach(apps, flow, { places = 4 } = {}) {
    const raw = new RawWorker(apps.server.address, apps.workerToken);
    const [input_type, output_type] = contracts[flow];
    await raw.attach({
      worker: 'held',
      worker_id: randomBytes(16).toString('hex'),
      version: '1',
      types: [{ name: flow, kind: 'FLOW', input_type, output_type, code_version: 1, flow: true }],
      capacity: { slots: 0, flows: places },
    });
    return new HeldWorker(raw, output_type);
  }

  constructor(raw, outputType) {
    Object.assign(this, { raw, outputType });
  }

  // The next thing it is to do.
  async assigned() {
    return new HeldWork(this, await this.raw.pick('assignment'));
  }

  // Dies without a word.
  cut() {
    this.raw.cut();
  }
}

class HeldWork {
  #number = 0;

  constructor(worker, { attempt, input }) {
    Object.assign(this, { worker, attempt, input });
  }

  // Resolves once it is committed.
  tell(entry) {
    const number = ++this.#number;
    const ours = (ack) => ack.attempt.execution_id === this.attempt.execution_id && ack.number >= number;
    this.worker.raw.send({ attempt: this.attempt, number, ...entry });
    return this.worker.raw.pick('ack', ours);
  }

  progress(percent, counters, message = '') {
    return this.tell({ events: { events: [{ progress: { percent, message, counters } }] } });
  }

  finish(output) {
    return this.tell({ finished: { output: { '@type': `type.googleapis.com/${this.worker.outputType}`, ...output } } });
  }

  fail(reason, message) {
    return this.tell({ failed: { failure: { reason, message, retryable: false } } });
  }
}
