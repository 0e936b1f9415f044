import { useSecondsUntil } from '../frame/seconds_until';
import type { Connection } from './event_stream';

// Whether events come as they happen, and the way to connect at once.
export function ConnectionState({ connection, reconnect }: { connection: Connection; reconnect: () => void }) {
  const seconds = useSecondsUntil(connection.kind === 'waiting' ? connection.untilMs : 0);
  const words = {
    none: 'not connected',
    connecting: 'connecting …',
    live: 'live',
    waiting: seconds > 0 ? `reconnecting in ${seconds} s` : 'reconnecting …',
    ended: 'all received',
    refused: 'access refused',
  }[connection.kind];
  return (
    <span className="connection" data-connection={connection.kind}>
      {words}
      {connection.kind === 'waiting' ? (
        <button type="button" className="quiet" aria-label="Reconnect now" onClick={reconnect}>
          now
        </button>
      ) : null}
    </span>
  );
}
