import { useEffect, useState } from 'react';
import { isFinal } from './api';
import type { Connection } from './event_stream';
import { plainText } from './plain_text';
import type { PoemRun, Snapshot } from './poem_run';

const stateNames: Record<string, string> = {
  CREATED: 'Not started yet',
  QUEUED: 'Waiting',
  RUNNING: 'Writing',
  CANCELLING: 'Cancelling',
  COMPLETED: 'Finished',
  COMPLETED_WITH_ERRORS: 'Finished, with errors',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
  TIMED_OUT: 'Timed out',
};

function useSecondsUntil(timeMs: number): number {
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

function ConnectionState({ connection, run }: { connection: Connection; run: PoemRun }) {
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
        <button type="button" className="quiet" aria-label="Reconnect now" onClick={() => run.reconnect()}>
          now
        </button>
      ) : null}
    </span>
  );
}

// Where the execution stands: state, progress, connection, and the way to cancel it.
export function RunStatus({ now, run }: { now: Snapshot; run: PoemRun }) {
  const { execution, view, phase, cancelling } = now;
  // A final state never changes; before that the stream knows more than the last poll.
  const settled = execution && isFinal(execution.state) ? execution : null;
  const state = settled?.state ?? (view.state || execution?.state || '');
  const percent = settled?.progress?.percent ?? view.percent;
  const blocked = !settled && state !== 'RUNNING' ? execution?.blocked_on?.message : undefined;
  const message = settled?.progress?.message ?? (blocked || view.progressMessage);
  const name = phase === 'asking' ? 'Asking' : (stateNames[cancelling && !settled ? 'CANCELLING' : state] ?? 'Looking it up');
  return (
    <div className="status" data-state={state} data-phase={phase}>
      <div className="progress" role="progressbar" aria-label="Progress" aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}>
        <div style={{ transform: `scaleX(${percent / 100})` }} />
      </div>
      <p className="now">
        <span className="state" role="status">
          {name}
        </span>
        <span className="percent">{percent} %</span>
        <span className="message">{plainText(message)}</span>
        {phase === 'asking' ? null : <ConnectionState connection={now.connection} run={run} />}
        {phase === 'following' ? (
          <button type="button" className="quiet cancel" disabled={cancelling} onClick={() => void run.cancel()}>
            Cancel
          </button>
        ) : null}
      </p>
    </div>
  );
}

// Which execution it is, and the way to another one.
export function RunFoot({ now, run }: { now: Snapshot; run: PoemRun }) {
  const running = now.phase === 'following';
  return (
    <p className="about">
      <code className="id" title="The execution's id">
        {now.id}
      </code>
      {now.replayed ? <span className="replayed">This is the poem that you asked for a moment ago.</span> : null}
      <button type="button" className="quiet leave" title={running ? 'The poem is written on without you' : undefined} onClick={() => run.leave()}>
        {running ? 'Leave' : 'New sheet'}
      </button>
    </p>
  );
}
