// What a page shows at a moment, and whoever wants to know when it changes. Knows no React; `subscribe` and `snapshot` are
// what useSyncExternalStore takes.
export class Shown<Snapshot> {
  #now: Snapshot;
  readonly #listeners = new Set<() => void>();

  constructor(first: Snapshot) {
    this.#now = first;
  }

  readonly snapshot = (): Snapshot => this.#now;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  protected set(change: Partial<Snapshot>): void {
    this.#now = { ...this.#now, ...change };
    for (const listener of this.#listeners) listener();
  }
}
