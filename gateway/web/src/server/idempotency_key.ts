import { sha256 } from './sha256';

const windowMs = 5_000;

// One click, one object: equal words within the same five seconds have one key, so a click too many changes nothing.
// `retryOf` names what ended badly; asking for the same again is then a new request.
export function idempotencyKey(words: readonly string[], nowMs: number, retryOf = ''): string {
  const time = Math.round(nowMs / windowMs) * windowMs;
  return sha256(JSON.stringify([...words, time, retryOf]));
}
