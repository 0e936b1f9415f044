import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { LogPanel } from '../execution/log_panel';
import { Masthead } from '../frame/masthead';
import { isCard } from '../frame/notice';
import { NoticeCard } from '../frame/notice_card';
import { AskForm } from './ask_form';
import { emptyRequest } from './poem_request';
import type { PoemRun } from './poem_run';
import { RunFoot, RunStatus } from './run_status';
import { Sheet } from './sheet';

export function PoemPage({ run }: { run: PoemRun }) {
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
      <Masthead here="/" />
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
