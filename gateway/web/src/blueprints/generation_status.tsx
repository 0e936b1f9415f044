import { ConnectionState } from '../execution/connection_state';
import { plainText } from '../frame/plain_text';
import { PollTrouble } from '../frame/poll_trouble';
import { ProgressBar } from '../frame/progress_bar';
import type { BlueprintRun, Snapshot } from './blueprint_run';
import { growthOf } from './growth';

const statusNames: Record<string, string> = { generating: 'Generating', completed: 'Finished', error: 'Failed', cancelled: 'Cancelled' };

// Where the generation stands: state, progress, whether the server answers, and the way to cancel it.
export function GenerationStatus({ now, run }: { now: Snapshot; run: BlueprintRun }) {
  const { status, watched, phase, cancelling, trouble } = now;
  const { percent } = growthOf(status, watched.view);
  const generating = status?.status === 'generating';
  const known = statusNames[status?.status ?? ''] ?? 'Looking it up';
  const name = phase === 'asking' ? 'Asking' : cancelling && generating ? 'Cancelling' : known;
  return (
    <div className="status" data-status={status?.status} data-phase={phase}>
      <ProgressBar percent={percent} />
      <p className="now">
        <span className="state" role="status">
          {name}
        </span>
        <span className="percent">{percent} %</span>
        <span className="message">{generating ? plainText(watched.view.progressMessage) : ''}</span>
        {trouble ? <PollTrouble trouble={trouble} onNow={() => run.reconnect()} /> : null}
        {generating && !trouble ? <ConnectionState connection={watched.connection} reconnect={() => run.reconnect()} /> : null}
        {generating ? (
          <button type="button" className="quiet cancel" disabled={cancelling} onClick={() => void run.cancel()}>
            Cancel
          </button>
        ) : null}
      </p>
      {now.word ? (
        <p className="word" role="status">
          {now.word}
        </p>
      ) : null}
    </div>
  );
}
