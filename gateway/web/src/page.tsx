import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { AskForm } from './ask_form';
import { emptyRequest } from './idempotency_key';
import { LogPanel } from './log_panel';
import { isCard } from './notice';
import { NoticeCard } from './notice_card';
import type { PoemRun } from './poem_run';
import { RunFoot, RunStatus } from './run_status';
import { Sheet } from './sheet';

export function Page({ run }: { run: PoemRun }) {
  const now = useSyncExternalStore(run.subscribe, run.snapshot);
  const [draft, setDraft] = useState(now.request ?? emptyRequest);
  const sheet = useRef<HTMLElement>(null);
  const busy = now.phase === 'asking' || now.phase === 'following';

  // A poem from the address brings its own words.
  const shown = now.request;
  useEffect(() => {
    if (shown) setDraft(shown);
  }, [shown]);

  const write = () => {
    run.write(draft);
    sheet.current?.focus({ preventScroll: window.matchMedia('(min-width: 60rem)').matches });
  };

  return (
    <>
      <header className="masthead">
        <a href="./">flowmesh</a>
      </header>
      <main>
        <AskForm draft={draft} busy={busy} violations={now.notice?.violations ?? []} onChange={setDraft} onWrite={write} />
        <section className="folio" ref={sheet} tabIndex={-1} aria-label="The poem">
          {now.id !== '' || busy ? <RunStatus now={now} run={run} /> : <div className="status" aria-hidden="true" />}
          {now.notice && isCard(now.notice) ? <NoticeCard key={now.notice.title} notice={now.notice} run={run} /> : null}
          <Sheet now={now} onSuggest={(title) => setDraft({ ...draft, title })} />
          {now.id !== '' ? (
            <>
              <RunFoot now={now} run={run} />
              <LogPanel view={now.view} />
            </>
          ) : null}
        </section>
      </main>
    </>
  );
}
