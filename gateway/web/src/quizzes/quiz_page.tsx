import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { LogPanel } from '../execution/log_panel';
import { Masthead } from '../frame/masthead';
import { isCard } from '../frame/notice';
import { NoticeCard } from '../frame/notice_card';
import type { LearnerShelf } from './learner_shelf';
import { emptyDraft, requestOf } from './order_draft';
import { OrderForm } from './order_form';
import type { QuizRun } from './quiz_run';
import { QuizSheet } from './quiz_sheet';
import { QuizStatus } from './quiz_status';
import { TaskTable } from './task_table';

export function QuizPage({ run, shelf }: { run: QuizRun; shelf: LearnerShelf }) {
  const now = useSyncExternalStore(run.subscribe, run.snapshot);
  const known = useSyncExternalStore(shelf.subscribe, shelf.snapshot);
  const [draft, setDraft] = useState(emptyDraft);
  const folio = useRef<HTMLElement>(null);
  const { phase, task, taskId, userId } = now;
  const busy = phase === 'asking' || phase === 'following';
  const notice = now.notice ?? known.notice;

  // Learners and the table are read anew whenever a quiz begins or ends.
  const status = task?.status;
  useEffect(() => shelf.load(), [shelf, taskId, status, userId]);

  // Whoever is there already is offered first: the learner of the shown quiz, or the newest one.
  const [newest] = known.learners;
  const shown = userId || task?.user_id;
  useEffect(() => {
    const isThere = known.learners.some(({ id }) => id === shown);
    const first = isThere ? shown : newest?.id;
    if (first === undefined) return;
    setDraft((before) => (before.username !== '' && !isThere ? before : { ...before, userId: first, username: '' }));
  }, [shown, newest?.id]);

  const order = () => {
    run.order(requestOf(draft));
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
      <Masthead here="/quizzes/" />
      <main>
        <OrderForm
          learners={known.learners}
          draft={draft}
          busy={busy}
          asking={phase === 'asking' || task?.is_pending === true}
          violations={now.notice?.violations ?? []}
          onChange={setDraft}
          onOrder={order}
        />
        <section className="folio" ref={folio} tabIndex={-1} aria-label="The quiz">
          {taskId !== '' || busy ? <QuizStatus now={now} run={run} /> : <div className="status" aria-hidden="true" />}
          {notice && isCard(notice) ? <NoticeCard key={notice.title} notice={notice} run={both} /> : null}
          <QuizSheet now={now} run={run} />
          {task?.is_pending ? <LogPanel view={now.watched.view} /> : null}
        </section>
        <TaskTable shelf={shelf} known={known} taskId={taskId} />
      </main>
    </>
  );
}
