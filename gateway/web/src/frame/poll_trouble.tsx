import { mostFailures, type Trouble } from '../server/status_poll';
import { useSecondsUntil } from './seconds_until';

// That the server does not answer, when it is asked again, and the way to ask at once.
export function PollTrouble({ trouble, onNow }: { trouble: Trouble; onNow: () => void }) {
  const seconds = useSecondsUntil(trouble.untilMs);
  return (
    <span className="trouble">
      <span role="status">no answer</span>; asking again {seconds > 0 ? `in ${seconds} s` : 'now'} ({trouble.failures} of {mostFailures})
      <button type="button" className="quiet" aria-label="Ask now" onClick={onNow}>
        now
      </button>
    </span>
  );
}
