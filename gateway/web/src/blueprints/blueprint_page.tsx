import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { LogPanel } from '../execution/log_panel';
import { Masthead } from '../frame/masthead';
import { isCard } from '../frame/notice';
import { NoticeCard } from '../frame/notice_card';
import type { TopicRequest } from './blueprint';
import type { BlueprintRun } from './blueprint_run';
import { BlueprintSheet } from './blueprint_sheet';
import { GenerationStatus } from './generation_status';
import { TopicForm } from './topic_form';
import { EarlierBlueprints, Topics } from './topic_lists';
import type { TopicShelf } from './topic_shelf';

const emptyTopic: TopicRequest = { title: '', description: '' };

export function BlueprintPage({ run, shelf }: { run: BlueprintRun; shelf: TopicShelf }) {
  const now = useSyncExternalStore(run.subscribe, run.snapshot);
  const known = useSyncExternalStore(shelf.subscribe, shelf.snapshot);
  const asked = now.request && 'topic' in now.request ? now.request.topic : null;
  const [draft, setDraft] = useState(asked ?? emptyTopic);
  const folio = useRef<HTMLElement>(null);
  const { place, phase } = now;
  const busy = phase === 'asking' || phase === 'following';
  const generating = phase === 'asking' || now.status?.status === 'generating';
  const notice = now.notice ?? known.notice;

  // The list of the topic's blueprints is read anew whenever one of them begins or ends.
  useEffect(() => shelf.choose(place.topicId), [shelf, place.topicId, place.id, now.status?.status]);

  const generate = () => {
    run.generate(place.topicId ? { topicId: place.topicId } : { topic: draft });
    folio.current?.focus({ preventScroll: window.matchMedia('(min-width: 60rem)').matches });
  };
  const both = {
    retry: () => (now.notice ? run.retry() : shelf.retry()),
    useToken: (token: string) => {
      if (now.notice) run.useToken(token);
      shelf.useToken(token);
    },
  };

  return (
    <>
      <Masthead here="/blueprints/" />
      <main>
        <div className="column">
          <TopicForm
            topic={known.chosen}
            choosing={place.topicId !== ''}
            draft={draft}
            busy={busy}
            generating={generating}
            violations={now.notice?.violations ?? []}
            onChange={setDraft}
            onGenerate={generate}
          />
          <EarlierBlueprints shelf={known} place={place} />
          <Topics shelf={known} place={place} onMore={() => shelf.loadMore()} />
        </div>
        <section className="folio" ref={folio} tabIndex={-1} aria-label="The blueprint">
          {place.id !== '' || busy ? <GenerationStatus now={now} run={run} /> : <div className="status" aria-hidden="true" />}
          {notice && isCard(notice) ? <NoticeCard key={notice.title} notice={notice} run={both} /> : null}
          <BlueprintSheet now={now} title={asked?.title ?? known.chosen?.title ?? ''} onSuggest={setDraft} />
          {now.status && !now.blueprint ? <LogPanel view={now.watched.view} /> : null}
        </section>
      </main>
    </>
  );
}
