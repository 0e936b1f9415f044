import { sha256 } from './sha256';

export interface PoemRequest {
  readonly title: string;
  readonly description: string;
  readonly form: string;
}

export const emptyRequest: PoemRequest = { title: '', description: '', form: '' };

const windowMs = 5_000;

// One click, one poem: equal requests within the same five seconds have one key, so a click too many changes nothing.
// `retryOf` is the id of an execution that ended badly; asking for the same poem again is then a new request.
export function idempotencyKey(request: PoemRequest, nowMs: number, retryOf = ''): string {
  const time = Math.round(nowMs / windowMs) * windowMs;
  return sha256(JSON.stringify(['poem', request.title, request.description, request.form, time, retryOf]));
}
