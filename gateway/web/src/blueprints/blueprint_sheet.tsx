import { plainText } from '../frame/plain_text';
import { aroundVerb, levelCounts } from './bloom';
import type { Blueprint, Objective, TopicRequest } from './blueprint';
import type { Snapshot } from './blueprint_run';
import { growthOf, type Growth } from './growth';

const suggestions: readonly TopicRequest[] = [
  { title: 'Version control', description: 'working with branches in a small team' },
  { title: 'Baking bread', description: 'wheat and rye, at home' },
  { title: 'Giving a talk', description: '' },
];

// A level with its place among the six.
function Level({ level }: { level: string }) {
  return (
    <span className="bloom" data-level={level}>
      {plainText(level)}
    </span>
  );
}

function Sentence({ objective }: { objective: Objective }) {
  const { before, verb, after } = aroundVerb(objective);
  return (
    <p className="objective">
      <span className="number">{objective.number}</span>
      <span className="text">
        {plainText(before)}
        {verb ? <em className="verb">{plainText(verb)}</em> : null}
        {plainText(after)}
      </span>
      {objective.level ? <Level level={objective.level} /> : null}
    </p>
  );
}

const counted = (count: number, kind: string): string => `${count} ${kind} ${count === 1 ? 'objective' : 'objectives'}`;

function Document({ blueprint }: { blueprint: Blueprint }) {
  const { terminal_objectives: objectives } = blueprint;
  return (
    <>
      <h2>{plainText(blueprint.title)}</h2>
      {blueprint.description ? <p className="synopsis">{plainText(blueprint.description)}</p> : null}
      <p className="facts">
        {counted(blueprint.terminal_objectives_count, 'terminal')} · {counted(blueprint.enabling_objectives_count, 'enabling')}
      </p>
      <ul className="levels" aria-label="Levels of Bloom’s taxonomy">
        {levelCounts(objectives).map(([level, count]) => (
          <li key={level}>
            <Level level={level} /> {count}
          </li>
        ))}
      </ul>
      <ol className="terminal">
        {objectives.map(({ objective, enabling_objectives: steps }) => (
          <li key={objective.number}>
            <Sentence objective={objective} />
            {steps.length > 0 ? (
              <ol className="enabling" aria-label={`Steps to ${objective.number}`}>
                {steps.map((step) => (
                  <li key={step.number}>
                    <Sentence objective={step} />
                  </li>
                ))}
              </ol>
            ) : null}
          </li>
        ))}
      </ol>
      <p className="about">
        <button type="button" className="quiet print" onClick={() => window.print()}>
          Print
        </button>
      </p>
    </>
  );
}

function Figures({ growth, stopped }: { growth: Growth; stopped: boolean }) {
  return (
    <>
      <dl className="figures">
        <div>
          <dt>terminal objectives</dt>
          <dd className="terminal-count">{growth.terminal}</dd>
        </div>
        <div>
          <dt>enabling objectives</dt>
          <dd className="enabling-count">{growth.enabling}</dd>
        </div>
      </dl>
      {stopped ? null : <p className="aside">It is generated on when you leave this page, and stands in the list of the topic.</p>}
    </>
  );
}

interface Props {
  now: Snapshot;
  title: string; // of what is being generated
  onSuggest: (topic: TopicRequest) => void;
}

// The blueprint: nothing yet, its counts while it grows, and all of it once it is completed.
export function BlueprintSheet({ now, title, onSuggest }: Props) {
  const { blueprint, status, place, phase } = now;
  if (blueprint) {
    return (
      <article className="sheet blueprint">
        <Document blueprint={blueprint} />
      </article>
    );
  }
  if (phase === 'asking' || status) {
    return (
      <article className="sheet blueprint">
        <h2>{plainText(status?.title || title) || '\u00a0'}</h2>
        <Figures growth={growthOf(status, now.watched.view)} stopped={phase === 'done'} />
      </article>
    );
  }
  return (
    <article className="sheet empty">
      <div className="blank">
        {place.id ? (
          <p>{phase === 'following' ? 'Looking it up …' : 'There is nothing to show.'}</p>
        ) : place.topicId ? (
          <p>Generate a blueprint of this topic, or choose an earlier one.</p>
        ) : (
          <>
            <p>Name a topic to begin with.</p>
            <p className="suggestions">
              {suggestions.map((topic) => (
                <button key={topic.title} type="button" onClick={() => onSuggest(topic)}>
                  {topic.title}
                </button>
              ))}
            </p>
          </>
        )}
      </div>
    </article>
  );
}
