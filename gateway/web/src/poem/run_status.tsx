import { ConnectionState } from '../execution/connection_state';
import { isFinal } from '../execution/executions';
import { plainText } from '../frame/plain_text';
import { ProgressBar } from '../frame/progress_bar';
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
      <ProgressBar percent={percent} />
      <p className="now">
        <span className="state" role="status">
          {name}
        </span>
        <span className="percent">{percent} %</span>
        <span className="message">{plainText(message)}</span>
        {phase === 'asking' ? null : <ConnectionState connection={now.connection} reconnect={() => run.reconnect()} />}
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
