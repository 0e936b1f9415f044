import { useCallback } from 'react';
import { plainText } from '../frame/plain_text';
import { QuestionCard } from './question_card';
import type { QuizRun, Snapshot } from './quiz_run';
import { Review } from './review';
import { isOver, type Sitting } from './sitting';

function NotCovered({ skills }: { skills: readonly string[] }) {
  if (skills.length === 0) return null;
  return <p className="aside">The writer has no questions for: {skills.map(plainText).join(', ')}.</p>;
}

// The quiz: nothing yet, its order while it is written, its questions one by one, and how they were answered.
export function QuizSheet({ now, run }: { now: Snapshot; run: QuizRun }) {
  const { phase, taskId, task, details, questions, sitting } = now;
  const move = useCallback((step: (sitting: Sitting) => Sitting) => run.sit(step), [run]);
  if (sitting) {
    return (
      <article className="sheet quiz">
        {isOver(sitting) ? (
          <Review questions={questions} sitting={sitting} onAgain={() => run.takeAgain()} />
        ) : (
          <QuestionCard questions={questions} sitting={sitting} onMove={move} />
        )}
        <NotCovered skills={details?.worker_response?.skills_not_covered ?? []} />
      </article>
    );
  }
  const size = task?.quiz_size_requested;
  return (
    <article className="sheet empty">
      <div className="blank">
        {phase === 'asking' || task?.is_pending ? (
          <p>{size ? `${size} ${size === 1 ? 'question is' : 'questions are'} being written.` : 'The quiz is being ordered.'}</p>
        ) : taskId ? (
          <p>{phase === 'following' ? 'Looking it up …' : 'There are no questions to show.'}</p>
        ) : (
          <p>Say who learns, and order a quiz.</p>
        )}
      </div>
    </article>
  );
}
