export interface Violation {
  readonly field: string;
  readonly description: string;
}

interface ErrorBody {
  readonly message?: string;
  readonly details?: readonly {
    readonly reason?: string;
    readonly metadata?: Readonly<Record<string, string>>;
    readonly field_violations?: readonly Violation[];
  }[];
}

// What went wrong with a call. `status` is HTTP's, 0 = no answer came.
export class CallError extends Error {
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly Violation[];

  constructor(
    readonly status: number,
    body: ErrorBody,
    readonly retryAfterMs = 0,
  ) {
    super(body.message ?? '');
    const info = body.details?.find((detail) => detail.reason);
    this.reason = info?.reason ?? '';
    this.metadata = info?.metadata ?? {};
    this.violations = body.details?.flatMap((detail) => detail.field_violations ?? []) ?? [];
  }

  // The call may have taken effect all the same, or will when it is repeated as it is.
  get outcomeUnknown(): boolean {
    return [0, 401, 408, 429].includes(this.status) || this.status >= 500;
  }
}

export interface Answer<Body> {
  readonly body: Body;
  readonly replayed: boolean; // the server had done it before, for the same key
}

const answerTimeMs = 30_000;
const mostRetryAfterMs = 60_000;

function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(mostRetryAfterMs, seconds * 1000) : 0;
}

// One call to this page's server, with the token unless it is empty. Throws CallError.
async function call<Body>(method: string, path: string, token: string, sent?: unknown, key = ''): Promise<Answer<Body>> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token) headers['authorization'] = `Bearer ${token}`;
  if (key) headers['idempotency-key'] = key;
  const request: RequestInit = { method, headers, cache: 'no-store', signal: AbortSignal.timeout(answerTimeMs) };
  if (sent !== undefined) {
    headers['content-type'] = 'application/json';
    request.body = JSON.stringify(sent);
  }
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, request);
    text = await response.text();
  } catch {
    throw new CallError(0, {});
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = null;
  }
  if (!response.ok) throw new CallError(response.status, (body ?? {}) as ErrorBody, retryAfterMs(response));
  if (body === null) throw new CallError(502, {});
  return { body: body as Body, replayed: response.headers.get('idempotency-replayed') === 'true' };
}

export const read = async <Body>(path: string, token: string): Promise<Body> => (await call<Body>('GET', path, token)).body;

// The same key again does nothing more; `replayed` says so.
export const post = <Body>(path: string, token: string, sent: unknown, key = ''): Promise<Answer<Body>> =>
  call<Body>('POST', path, token, sent, key);
