import { afterEach, beforeEach, vi } from 'vitest';

// The browser's side of a connection, moved by the test.
export class FakeSocket {
  static made: FakeSocket[] = [];
  static get last(): FakeSocket {
    return FakeSocket.made.at(-1) as FakeSocket;
  }
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  closed = false;
  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {
    FakeSocket.made.push(this);
  }
  close(): void {
    this.closed = true;
  }
  says(seq: number, fields: object = { log: { level: 'INFO', message: `line ${seq}` } }): void {
    this.onmessage?.({ data: JSON.stringify({ seq: String(seq), time: '', task: 0, attempt: 1, ...fields }) });
  }
  breaks(code: number): void {
    this.onclose?.({ code });
  }
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}
export type Answer = { status: number; body?: object; headers?: Record<string, string> } | 'unreachable';

// What a page finds in its browser, and what the server answers it; new for every test of the file that calls this.
export class FakeBrowser {
  asked: Asked[] = [];
  storage = new Map<string, string>();
  answer: (asked: Asked) => Answer = () => 'unreachable';

  constructor(pathname: string) {
    beforeEach(() => {
      vi.useFakeTimers();
      this.asked = [];
      this.storage = new Map();
      FakeSocket.made = [];
      this.#stub(pathname);
    });
    afterEach(() => {
      vi.useRealTimers();
      vi.restoreAllMocks();
      vi.unstubAllGlobals();
    });
  }

  posts = (): Asked[] => this.asked.filter(({ method }) => method === 'POST');
  polls = (): Asked[] => this.asked.filter(({ method }) => method === 'GET');

  // Lets what has been answered take its course.
  settle = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(0));

  #stub(pathname: string): void {
    vi.stubGlobal('WebSocket', FakeSocket);
    vi.stubGlobal('sessionStorage', {
      getItem: (name: string) => this.storage.get(name) ?? null,
      setItem: (name: string, value: string) => this.storage.set(name, value),
      removeItem: (name: string) => this.storage.delete(name),
    });
    const location = { href: `https://poems.example${pathname}`, pathname, hash: '' };
    const history = { pushState: (_state: null, _title: string, url: string) => (location.hash = url.startsWith('#') ? url : '') };
    vi.stubGlobal('window', { location, history });
    vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
      const body: unknown = init.body === undefined ? undefined : JSON.parse(String(init.body));
      const one = { method: init.method ?? '', path, headers: init.headers as Record<string, string>, body };
      this.asked.push(one);
      const said = this.answer(one);
      if (said === 'unreachable') throw new TypeError('Failed to fetch');
      return new Response(JSON.stringify(said.body ?? {}), { status: said.status, headers: said.headers ?? {} });
    });
  }
}
