// Clients that keep a mesh busy with everything it promises something about, and write down what they did and saw. Each lane does one
// thing after the other, follows it to its end, and repeats what has an unknown outcome until it is known.
import { faultsRequest, word as wordOf } from '../client.mjs';
import { Dice } from './harness.mjs';

const TIMEOUT = 3_000;  // ms, of every call

export class Load {
  // `lanes` at once until stop().
  constructor(mesh, history, lanes) {
    Object.assign(this, { mesh, history, stopping: false, error: undefined, ended: 0, doing: [], running: [] });
    for (let lane = 0; lane < lanes; ++lane) this.running.push(this.#run(lane));
    for (const running of this.running) running.catch((error) => (this.error ??= error));
  }

  // Throws if a lane could not go on.
  check() {
    if (this.error) throw new Error('a client could not go on', { cause: this.error });
  }

  // What the lanes are at, for an error message.
  async situation() {
    const open = (await this.mesh.reader.list()).filter(({ end_time }) => !end_time);
    const blocked = await Promise.all(open.map(async ({ id, labels, state }) => {
      const { blocked_on } = await this.mesh.reader.GetExecution({ id });
      return `${labels.key} ${state} ${blocked_on?.message ?? ''}`;
    }));
    return `clients are at ${this.doing.join(', ')}; open are ${blocked.join(', ')}`;
  }

  // Lets every lane end what it does. Rejects if one of them could not go on.
  async stop() {
    this.stopping = true;
    await Promise.all(this.running);
  }

  async #run(lane) {
    const dice = new Dice(`lane ${lane}`);
    const client = this.mesh.client();
    const work = [this.#member, this.#member, this.#family, this.#listen, this.#ask, this.#cancel, this.#wait];
    for (let n = 0; !this.stopping; ++n) {
      const task = dice.oneOf(work);
      this.doing[lane] = `${task.name} ${lane}-${n}`;
      await task.call(this, { client, dice, key: `${lane}-${n}` });
      ++this.ended;
    }
  }

  async #create({ client, key }, flow, type, input, expect) {
    const request = faultsRequest(flow, type, input, { idempotency_key: key, labels: { key } });
    const { answer, error } = await this.history.insist({ kind: 'create', key, expect }, TIMEOUT, (call) => client.CreateExecution(request, call));
    if (!answer) throw new Error(`create ${key}: ${error}`);
    return answer.id;
  }

  // A function alone, which writes output, log and progress all the time.
  async #member(lane) {
    const value = lane.dice.below(1000);
    const input = { path: `alone-${lane.key}`, value, work_ms: 100 + lane.dice.below(500), lines: 1 + lane.dice.below(10) };
    const id = await this.#create(lane, 'member', 'MeetMember', input, { value });
    await this.history.follow(lane.client, id);
  }

  async #family(lane) {
    const [households, members, steps] = [2 + lane.dice.below(3), 2 + lane.dice.below(4), lane.dice.below(4)];
    const sum = (members * 1000 * households * (households - 1)) / 2 + (households * members * (members - 1)) / 2;
    const input = { households, members, steps, work_ms: 20 + lane.dice.below(80), sleep_ms: lane.dice.below(2) * 200 };
    const id = await this.#create(lane, 'family', 'RaiseFamily', input, { sum, members: households * (members + steps) });
    await this.history.follow(lane.client, id);
  }

  async #listen(lane) {
    const words = 1 + lane.dice.below(4);
    const id = await this.#create(lane, 'listen', 'Listen', { words }, {});
    const following = this.history.follow(lane.client, id);
    following.catch(() => {});
    for (let place = 0; place < words; ++place) {
      const key = `${lane.key}-${place}`;
      const signal = { id, name: 'word', payload: wordOf(key), idempotency_key: key };
      await this.history.insist({ kind: 'signal', key, execution: id, word: key, place }, TIMEOUT, (call) => lane.client.SignalExecution(signal, call));
    }
    await following;
  }

  async #ask(lane) {
    const id = await this.#create(lane, 'ask', 'Ask', {}, {});
    const word = `answer to ${lane.key}`;
    let answering;
    const opened = {};
    const answer = () => {
      if (answering || !opened.token || !opened.task) return;
      const complete = { token: opened.token, output: wordOf(word) };
      answering = this.history.insist({ kind: 'complete', key: lane.key, execution: id, word }, TIMEOUT, (call) => lane.client.CompleteTask(complete, call));
      answering.catch(() => {});
    };
    await this.history.follow(lane.client, id, {
      hear: ({ kind, log, child }) => {
        if (kind === 'log' && log.attributes.token) opened.token = log.attributes.token;
        if (kind === 'child' && child.state === 'EXTERNAL') opened.task = child.task;
        answer();
      },
    });
    await answering;
  }

  // Work that takes far too long is cancelled once it has begun; or at once.
  async #cancel(lane) {
    const input = { path: `alone-${lane.key}`, work_ms: 600_000, lines: 6_000 };
    const id = await this.#create(lane, 'member', 'MeetMember', input, { state: 'CANCELLED' });
    let begun;
    const hasBegun = new Promise((resolve) => (begun = resolve));
    const following = this.history.follow(lane.client, id, { hear: ({ kind }) => kind === 'output' && begun() });
    following.catch(() => {});
    if (lane.dice.chance(0.7)) await Promise.race([hasBegun, following]);
    const what = { kind: 'cancel', key: lane.key, execution: id };
    const operation = await this.history.insist(what, TIMEOUT, (call) => lane.client.CancelExecution({ id, reason: 'too long' }, call));
    const read = await this.history.insist({ kind: 'read', key: lane.key }, TIMEOUT, (call) => lane.client.ListTasks({ execution_id: id }, call));
    operation.attempts = Object.fromEntries(read.answer.tasks.map(({ task, attempt }) => [task, attempt]));
    await following;
  }

  // One call from the creation to the result.
  async #wait(lane) {
    const value = lane.dice.below(1000);
    const { key } = lane;
    const request = faultsRequest('member', 'MeetMember', { path: `alone-${key}`, value, work_ms: lane.dice.below(300) }, { idempotency_key: key, labels: { key } });
    const what = { kind: 'create', key, expect: { value } };
    await this.history.insist(what, TIMEOUT, (call) => lane.client.RunExecution({ execution: request }, call));
  }
}
