import { useEffect, useState } from 'react';

// Whole seconds until a moment (ms since the epoch), counted down; 0 once it has come.
export function useSecondsUntil(timeMs: number): number {
  const left = () => Math.max(0, Math.ceil((timeMs - Date.now()) / 1000));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    setSeconds(left());
    if (timeMs <= Date.now()) return undefined;
    const timer = setInterval(() => setSeconds(left()), 250);
    return () => clearInterval(timer);
  }, [timeMs]);
  return seconds;
}
