import { isGood } from '../execution/executions';
import { stanzasOf } from '../execution/output_fold';
import { plainText } from '../frame/plain_text';
import type { Snapshot } from './poem_run';

const suggestions = ['Autumn rain', 'The last tram', 'A letter never sent'];

const formNames: Record<string, string> = { free: 'free verse' };

function Verse({ stanzas, writing }: { stanzas: readonly (readonly string[])[]; writing: boolean }) {
  return (
    <div className="verse" role="log" aria-label="Verse" aria-live="polite">
      {stanzas.map((lines, i) => (
        <p className="stanza" key={i}>
          {lines.map((line, j) => (
            <span className="line" key={j}>
              {plainText(line)}
            </span>
          ))}
        </p>
      ))}
      {writing ? <span className="caret" aria-hidden="true" /> : null}
    </div>
  );
}

function Blank({ onSuggest }: { onSuggest: (title: string) => void }) {
  return (
    <div className="blank">
      <p>The sheet is still empty.</p>
      <p className="suggestions">
        {suggestions.map((title) => (
          <button key={title} type="button" onClick={() => onSuggest(title)}>
            {title}
          </button>
        ))}
      </p>
    </div>
  );
}

// The poem while it is written, from the stream, and once it is done, from the execution's output.
export function Sheet({ now, onSuggest }: { now: Snapshot; onSuggest: (title: string) => void }) {
  const { execution, view, request, phase } = now;
  const poem = execution && isGood(execution.state) ? execution.output : null;
  const stanzas = poem ? poem.stanzas.map(({ lines }) => lines) : stanzasOf(view.verse.text);
  const title = poem?.title || request?.title || '';
  const blank = now.id === '' && phase !== 'asking';
  return (
    <article className={blank ? 'sheet empty' : 'sheet'}>
      {blank ? (
        <Blank onSuggest={onSuggest} />
      ) : (
        <>
          <h2>{plainText(title) || '\u00a0'}</h2>
          <Verse stanzas={stanzas} writing={phase === 'asking' || phase === 'following'} />
          {poem ? (
            <footer className="colophon">
              <span className="poem-form">{formNames[poem.form] ?? poem.form}</span>
              <span className="poem-model">{poem.model}</span>
            </footer>
          ) : null}
        </>
      )}
    </article>
  );
}
