// What clients did and saw, with times, for the checker: every call with its invocation and how it ended (ok, fail, or unknown
// when it may have taken effect), every event that a reader got. Times are Unix time in milliseconds.
import { setTimeout as pause } from 'node:timers/promises';

const uncertain = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'CANCELLED', 'UNKNOWN', 'INTERNAL', 'ABORTED']);

export const now = () => performance.timeOrigin + performance.now();

export class History {
  constructor() {
    this.operations = [];
    this.readers = [];
  }

  // Makes one call that must end by itself within `timeout`. `what` is {kind, key, ...}: everything the checker shall know about it.
  // Operations with the same kind and key are repeats of one intention.
  async call(what, timeout, call) {
    const operation = { ...what, invoke: now(), deadline: now() + timeout, end: undefined, outcome: undefined };
    this.operations.push(operation);
    try {
      operation.answer = await call({ timeout });
      operation.outcome = 'ok';
    } catch (error) {
      operation.error = `${error.code} ${error.reason} ${error.message}`;
      operation.retryDelay = error.retryDelay;
      operation.outcome = uncertain.has(error.code) ? 'unknown' : 'fail';
    }
    operation.end = now();
    return operation;
  }

  // Repeats a call until its outcome is known, for a minute; gives the last operation. Refusals that advise to come back count as
  // not done.
  async insist(what, timeout, call) {
    const patience = now() + 60_000;
    for (;;) {
      const operation = await this.call(what, timeout, call);
      if (operation.outcome === 'ok' || (operation.outcome === 'fail' && operation.retryDelay === undefined)) return operation;
      if (now() > patience) throw new Error(`${what.kind} ${what.key} has no outcome after a minute: ${operation.error}`);
      await pause(operation.retryDelay ?? 20);
    }
  }

  // Follows an execution to its end, resuming after the last event it got whenever the stream breaks. `hear` gets each event.
  async follow(client, execution, { hear } = {}) {
    const reader = { execution, events: [], breaks: 0, ended: false };
    this.readers.push(reader);
    for (;;) {
      const after = reader.events.at(-1)?.seq ?? 0;
      const got = (event) => {
        reader.events.push(event);
        hear?.(event);
      };
      try {
        await client.tail({ execution_id: execution, after }, { hear: got });
        reader.ended = true;
        return reader;
      } catch (error) {
        if (!uncertain.has(error.code)) throw error;
        ++reader.breaks;
        await pause(20);
      }
    }
  }
}
