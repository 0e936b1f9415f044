// A worker outside of the mesh that writes quizzes: a web server that behaves as a case tells it, and delivers when it is told to.
//
//   const worker = await QuizWorker.start(t);
//   const apps = await serveApps(t, { store, ...worker.serving() });
//   worker.will(accepts({ task_id: 'job-7' }), refuses(503));   // then it accepts again
//   const order = await worker.orderOf(task_id);
//   await worker.deliver(apps.page, order);
import http from 'node:http';
import { assert } from './harness.mjs';
import { refusal, serveApps } from './apps.mjs';
import { goodQuestions } from './questions.mjs';

// What it may do with an order: functions of the order and the response of Node's server.
const reply = (response, status, body, headers = {}) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
};
export const accepts = (answer = { status: 'queued' }, status = 202) => (_, response) => reply(response, status, answer);
export const refuses = (status, body = { detail: 'not today' }) => (_, response) => reply(response, status, body);
export const redirects = (location) => (_, response) => reply(response, 307, '', { location });
export const hangsUp = (_, response) => response.socket.destroy();
export const staysSilent = () => {};
export const beginsAndStops = (_, response) => response.writeHead(202, { 'content-length': 100 }).write('{"task_id":');
export const answersTwice = (_, response) => {
  const answer = 'HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}';
  response.socket.end(`${answer}${answer.replace('202 Accepted', '500 Oh no')}`);
};
// Does something before it accepts.
export const acceptsAfter = (work, answer) => async (order, response) => {
  await work(order);
  accepts(answer)(order, response);
};

export class QuizWorker {
  static async start(t, { token = 'what the server and its worker share' } = {}) {
    const worker = new QuizWorker(token);
    await new Promise((resolve) => worker.server.listen(0, '127.0.0.1', resolve));
    worker.url = `http://127.0.0.1:${worker.server.address().port}`;
    t.atEnd(() => worker.stop());
    return worker;
  }

  constructor(token) {
    this.token = token;
    this.behaviours = [];
    this.orders = [];
    this.waiting = [];
    this.server = http.createServer((request, response) => this.#take(request, response));
  }

  // The flags and the environment of a server that has this worker.
  serving({ args = [] } = {}) {
    return { args: ['--quiz-worker-url', this.url, ...args], env: { FLOWMESH_QUIZ_WORKER_TOKEN: this.token } };
  }

  // What it will do with the next orders; afterwards it accepts.
  will(...behaviours) {
    this.behaviours.push(...behaviours);
  }

  #take(request, response) {
    let text = '';
    request.setEncoding('utf8').on('data', (part) => (text += part)).on('end', () => {
      const order = { method: request.method, path: request.url, headers: request.headers, body: JSON.parse(text) };
      this.orders.push(order);
      for (const wake of this.waiting.splice(0)) wake();
      (this.behaviours.shift() ?? accepts())(order, response);
    });
  }

  // The orders that have come for a task.
  ordersOf(task_id) {
    return this.orders.filter(({ body }) => body.task_id === task_id);
  }

  // The first order that fits, which has come or comes.
  async asked(fits = () => true) {
    for (;;) {
      const order = this.orders.find(fits);
      if (order) return order;
      await new Promise((resolve) => this.waiting.push(resolve));
    }
  }

  orderOf(task_id) {
    return this.asked(({ body }) => body.task_id === task_id);
  }

  // Calls back. `as` is the name it has for the task; what is not named is as the order wants it.
  deliver(page, { body }, { as = body.task_id, user_id = body.user_id, questions = goodQuestions(body.quiz_size), meta, token = this.token } = {}) {
    const delivery = { worker_task_id: as, user_id, questions, meta: meta ?? { processing_time_sec: 315, total_processed: questions.length } };
    return this.call(page, delivery, token);
  }

  // Calls back with whatever it is; without a header if the token is null.
  call(page, body, token = this.token) {
    return page.call('POST', '/api/ai/receive/', { body, headers: token === null ? {} : { 'x-ai-worker-token': token } });
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
}

// A server that has its quizzes written by such a worker, a worker of the mesh that asks it (unless `inside` is false), a caller and her
// user. `outsideOf` chooses what the server is told of the worker outside.
export async function serveWithQuizWorker(t, { store, args = [], inside = true, outsideOf = (worker) => worker.serving({ args }) } = {}) {
  const outside = await QuizWorker.start(t);
  const apps = await serveApps(t, { store, ...outsideOf(outside) });
  const ada = await apps.caller('ada');
  await ada.made('/api/users', { username: 'ada' });
  const worker = inside ? apps.worker() : undefined;
  await worker?.wrote(/attached as session/);
  const body = { user_id: 1, quiz_size: 3 };

  // Orders until the answer is not one that a busy machine owes to its slowness: a worker that is not heard within 600 ms counts as
  // silent, and who orders is not kept waiting longer than 900 ms.
  async function answered(change, behaviour, isWanted, caller = ada) {
    for (let i = 0; i < 20; ++i) {
      outside.will(behaviour ?? accepts());
      const begin = performance.now();
      const answer = await caller.post('/api/ai/generate', { ...body, ...change });
      const took = performance.now() - begin;
      if (isWanted(answer) && (answer.status !== 202 || took < 900)) return answer;
      assert.ok(took >= 600 && [202, 504].includes(answer.status), `after ${took} ms: ${answer.text}`);
      const task_id = answer.status === 202 ? answer.json.task_id : refusal(answer, 504, 'QUIZ_WORKER_SILENT').metadata.task_id;
      await outside.orderOf(task_id);
    }
    throw new Error('the worker outside was too slow, twenty times');
  }

  // An order that is accepted.
  async function ordered(change, behaviour, caller) {
    const { json: { task_id } } = await answered(change, behaviour, ({ status }) => status === 202, caller);
    return { task_id, path: `/api/ai/tasks/${task_id}`, order: await outside.orderOf(task_id) };
  }

  // An order that is refused because of the worker, which behaves in that way.
  async function failsWith(status, reason, behaviour) {
    const { task_id } = refusal(await answered({}, behaviour, (answer) => answer.status === status), status, reason).metadata;
    assert.match(task_id, /^task-1-\d{23}$/);
    return { task_id, path: `/api/ai/tasks/${task_id}`, order: await outside.orderOf(task_id) };
  }
  return { outside, apps, ada, worker, body, ordered, failsWith };
}
