import { plainText } from '../frame/plain_text';
import type { Blueprint } from './blueprint';
import { addressOf, type Place } from './place';
import type { Shelf } from './topic_shelf';

const statusNames: Record<string, string> = { generating: 'being generated', completed: '', error: 'failed', cancelled: 'cancelled' };

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

function whenOf({ generation_started_at: text }: Blueprint): string {
  const time = new Date(text ?? '');
  return Number.isNaN(time.getTime()) ? 'some time ago' : moment.format(time);
}

function about(blueprint: Blueprint): string {
  const count = blueprint.terminal_objectives_count;
  return statusNames[blueprint.status] || `${count} ${count === 1 ? 'objective' : 'objectives'}`;
}

// The blueprints that the chosen topic has, newest first.
export function EarlierBlueprints({ shelf, place }: { shelf: Shelf; place: Place }) {
  if (shelf.blueprints.length === 0) return null;
  return (
    <nav className="shelf earlier" aria-label="Blueprints of this topic">
      <h3>Blueprints of this topic</h3>
      <ul>
        {shelf.blueprints.map((blueprint) => (
          <li key={blueprint.id} data-status={blueprint.status}>
            <a href={`#${addressOf({ topicId: place.topicId, id: blueprint.id })}`} aria-current={blueprint.id === place.id ? 'page' : undefined}>
              {whenOf(blueprint)}
            </a>{' '}
            <span className="note">{about(blueprint)}</span>
          </li>
        ))}
      </ul>
    </nav>
  );
}

// The way to the caller's other topics, and to a new one.
export function Topics({ shelf, place, onMore }: { shelf: Shelf; place: Place; onMore: () => void }) {
  if (shelf.topics.length === 0 && !place.topicId) return null;
  return (
    <nav className="shelf topics" aria-label="Topics">
      <h3>Your topics</h3>
      <ul>
        {place.topicId ? (
          <li>
            <a className="new" href="#">
              A new topic
            </a>
          </li>
        ) : null}
        {shelf.topics.map(({ id, title }) => (
          <li key={id}>
            <a href={`#${id}`} aria-current={id === place.topicId ? 'true' : undefined}>
              {plainText(title)}
            </a>
          </li>
        ))}
      </ul>
      {shelf.more ? (
        <button type="button" className="quiet" onClick={onMore}>
          Older topics
        </button>
      ) : null}
    </nav>
  );
}
