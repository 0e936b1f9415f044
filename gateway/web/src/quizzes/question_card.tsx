import { useEffect, useRef, type FormEvent } from 'react';
import { plainText } from '../frame/plain_text';
import { letters, optionsOf, type Letter, type Question } from './quiz';
import { aroundGap, choose, give, isAnswered, letterOfKey, next, type Sitting } from './sitting';

// The sentence of a question; once it is answered its gap holds what belongs there.
export function Sentence({ question, filled }: { question: Question; filled: boolean }) {
  const { before, filling, after, hasGap } = aroundGap(question);
  return (
    <>
      {plainText(before)}
      {hasGap ? (
        filled ? (
          <em className="filling">{plainText(filling)}</em>
        ) : (
          <span className="gap" role="img" aria-label="gap" />
        )
      ) : null}
      {plainText(after)}
    </>
  );
}

type Verdict = 'right' | 'wrong' | 'neither';

export function verdictOn(letter: Letter, question: Question, answer: Letter | null): Verdict {
  if (letter === question.correct) return 'right';
  return letter === answer ? 'wrong' : 'neither';
}

const verdictWords: Record<Verdict, string> = { right: 'right', wrong: 'your answer', neither: '' };

interface Props {
  questions: readonly Question[];
  sitting: Sitting;
  onMove: (move: (sitting: Sitting) => Sitting) => void;
}

// One question: marked with 1 to 4 or a to d, answered with Enter, explained, and on to the next one.
export function QuestionCard({ questions, sitting, onMove }: Props) {
  const { at, chosen, answers } = sitting;
  const question = questions[at] as Question;
  const answered = isAnswered(sitting);
  const heading = useRef<HTMLHeadingElement>(null);
  const onward = useRef<HTMLButtonElement>(null);
  const seen = useRef(at);

  // The focus stays with what is to be done: the next question, then the way on. The first one takes no focus from anybody.
  useEffect(() => {
    if (seen.current !== at) heading.current?.focus();
    seen.current = at;
  }, [at]);
  useEffect(() => {
    if (answered) onward.current?.focus();
  }, [answered]);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const typing = target.matches('textarea, select, input:not([type=radio])');
      if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      const letter = letterOfKey(event.key);
      if (letter) onMove((now) => choose(now, letter));
      else if (event.key !== 'Enter' || target.closest('a, button, summary, input')) return; // they have an Enter of their own
      else onMove((now) => (isAnswered(now) ? next(now) : give(now)));
      event.preventDefault();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [onMove]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    onMove(answered ? next : give);
  };
  const options = optionsOf(question);

  return (
    <form className="question" onSubmit={submit} noValidate>
      <p className="place">
        Question {at + 1} of {questions.length}
        {question.context ? <span className="context">{plainText(question.context)}</span> : null}
        {question.difficulty ? <span className="context">{plainText(question.difficulty)}</span> : null}
      </p>
      <h2 ref={heading} tabIndex={-1} id="question">
        <Sentence question={question} filled={answered} />
      </h2>
      <div className="options" role="radiogroup" aria-labelledby="question">
        {letters.map((letter) => {
          const verdict = answered ? verdictOn(letter, question, answers[at] ?? null) : 'neither';
          return (
            <label key={letter} className="option" data-verdict={answered ? verdict : undefined}>
              <input
                type="radio"
                name="answer"
                value={letter}
                disabled={answered}
                checked={answered ? answers[at] === letter : chosen === letter}
                onChange={() => onMove((now) => choose(now, letter))}
              />
              <span className="letter" aria-hidden="true">
                {letter.toLowerCase()}
              </span>
              <span className="text">{plainText(options[letter])}</span>
              {verdictWords[verdict] ? <span className="verdict">{verdictWords[verdict]}</span> : null}
            </label>
          );
        })}
      </div>
      <div className="explanation" role="status">
        {answered ? (
          <>
            <p className="judgement">{answers[at] === question.correct ? 'Right.' : 'Not quite.'}</p>
            {question.explanation ? <p>{plainText(question.explanation)}</p> : null}
          </>
        ) : null}
      </div>
      <p className="moves">
        <button type="submit" className="primary" ref={onward} disabled={!answered && !chosen}>
          {!answered ? 'Answer' : at + 1 < questions.length ? 'Next question' : 'See the score'}
        </button>
        <span className="keys">{answered ? 'Enter' : '1–4 or a–d, then Enter'}</span>
      </p>
    </form>
  );
}
