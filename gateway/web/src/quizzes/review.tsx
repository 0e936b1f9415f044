import { useEffect, useRef } from 'react';
import { plainText } from '../frame/plain_text';
import { Sentence, verdictOn } from './question_card';
import { letters, optionsOf, type Question } from './quiz';
import { scoreOf, type Sitting } from './sitting';

interface Props {
  questions: readonly Question[];
  sitting: Sitting;
  onAgain: () => void;
}

function Answered({ question, answer }: { question: Question; answer: Sitting['answers'][number] }) {
  const right = answer === question.correct;
  const options = optionsOf(question);
  return (
    <li data-right={right}>
      <p className="text">
        <Sentence question={question} filled />
      </p>
      <p className="options">
        {letters.map((letter) => {
          const verdict = verdictOn(letter, question, answer ?? null);
          return (
            <span key={letter} data-verdict={verdict}>
              <b>{letter.toLowerCase()}</b> {plainText(options[letter])}
              {verdict === 'wrong' ? <span className="verdict"> (your answer)</span> : null}
              {verdict === 'right' ? <span className="verdict"> (right)</span> : null}
            </span>
          );
        })}
      </p>
      {question.explanation ? <p className="explanation">{plainText(question.explanation)}</p> : null}
    </li>
  );
}

// The score, and every question with its answer.
export function Review({ questions, sitting, onAgain }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: false }), []);
  const { right, points, ofPoints } = scoreOf(questions, sitting);
  const weighed = ofPoints !== questions.length; // not one point a question
  return (
    <div className="review">
      <h2 ref={heading} tabIndex={-1} className="score">
        <span className="right-count">{right}</span> of {questions.length} right
      </h2>
      {weighed ? (
        <p className="points">
          {points} of {ofPoints} points
        </p>
      ) : null}
      <ol>
        {questions.map((question, i) => (
          <Answered key={question.id} question={question} answer={sitting.answers[i] ?? null} />
        ))}
      </ol>
      <p className="about">
        <button type="button" className="quiet again" onClick={onAgain}>
          Take it again
        </button>
        <button type="button" className="quiet print" onClick={() => window.print()}>
          Print
        </button>
      </p>
    </div>
  );
}
