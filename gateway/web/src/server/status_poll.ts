import { backoffDelay } from './backoff';
import { CallError } from './call';

const pollMs = 5_000;

// After this many failures in a row a page gives up.
export const mostFailures = 100;

// The last call failed.
export interface Trouble {
  readonly failures: number; // in a row
  readonly untilMs: number; // when it is tried again, since the epoch
}

export interface PollEvents<Status> {
  ask(): Promise<Status>;
  // True: it is asked again in five seconds.
  answered(status: Status): boolean;
  // A call failed. True: it is asked again, when the trouble says.
  failed(error: unknown, trouble: Trouble): boolean;
}

// Asks how far something is: at once, then five seconds after each answer; after a failure sooner and then ever later, but
// not before the server wants it.
export class StatusPoll<Status> {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #round = 0; // answers to what was asked before the last begin or stop are nobody's
  #running = false;
  #asking = false;
  #onceMore = false;
  #failures = 0;
  #notBefore = 0;

  constructor(private readonly events: PollEvents<Status>) {}

  begin(): void {
    this.stop();
    this.#running = true;
    this.#askAfter(0);
  }

  stop(): void {
    clearTimeout(this.#timer);
    ++this.#round;
    this.#running = this.#asking = this.#onceMore = false;
    this.#failures = this.#notBefore = 0;
  }

  // There is a reason to ask now. An answer that is under way may be older than it.
  soon(): void {
    if (this.#asking) this.#onceMore = true;
    else if (this.#running) this.#askAfter(0);
  }

  #askAfter(ms: number): void {
    clearTimeout(this.#timer);
    const at = Math.max(Date.now() + ms, this.#notBefore);
    this.#timer = setTimeout(() => void this.#ask(), at - Date.now());
  }

  async #ask(): Promise<void> {
    const round = this.#round;
    this.#asking = true;
    this.#onceMore = false;
    let status: Status | undefined;
    let failure: unknown;
    try {
      status = await this.events.ask();
    } catch (error) {
      failure = error ?? new Error();
    }
    if (round !== this.#round) return;
    this.#asking = false;
    const [more, next] = failure === undefined ? this.#answered(status as Status) : this.#failed(failure);
    if (round !== this.#round) return; // what it told made it stop or begin anew
    if (more) this.#askAfter(this.#onceMore ? 0 : next);
    else this.stop();
  }

  #answered(status: Status): [boolean, number] {
    this.#failures = 0;
    return [this.events.answered(status), pollMs];
  }

  #failed(error: unknown): [boolean, number] {
    const retryAfterMs = error instanceof CallError ? error.retryAfterMs : 0;
    this.#notBefore = Date.now() + retryAfterMs;
    const next = Math.max(backoffDelay(++this.#failures), retryAfterMs);
    return [this.events.failed(error, { failures: this.#failures, untilMs: Date.now() + next }), next];
  }
}
