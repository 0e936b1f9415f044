const firstMs = 500;
const mostMs = 10_000;

// Milliseconds to wait before try number `attempt` (from 1) at something that failed: doubling up to ten seconds, and of
// that a random part between a half and the whole, so that the viewers of a server that comes back do not come together.
export function backoffDelay(attempt: number, random: () => number = Math.random): number {
  const whole = Math.min(mostMs, firstMs * 2 ** Math.min(attempt - 1, 16));
  return Math.round(whole * (0.5 + random() / 2));
}
