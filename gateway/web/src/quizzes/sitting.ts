import { letters, optionsOf, type Letter, type Question } from './quiz';

// A quiz while it is taken: which answers were given, and where one is.
export interface Sitting {
  readonly answers: readonly (Letter | null)[]; // by question; null = not yet
  readonly at: number; // the question that is asked, from 0; their number once all are done
  readonly chosen: Letter | null; // marked, and not yet given as the answer
}

export const beginSitting = (questions: readonly Question[]): Sitting => ({ answers: questions.map(() => null), at: 0, chosen: null });

// Whether a remembered sitting belongs to these questions.
export function fits(sitting: Sitting | null, questions: readonly Question[]): sitting is Sitting {
  return sitting?.answers.length === questions.length && sitting.at >= 0 && sitting.at <= questions.length;
}

export const isAnswered = ({ answers, at }: Sitting): boolean => answers[at] != null;
export const isOver = ({ answers, at }: Sitting): boolean => at >= answers.length;

// Marks an option; a given answer stays.
export const choose = (sitting: Sitting, chosen: Letter): Sitting =>
  isOver(sitting) || isAnswered(sitting) ? sitting : { ...sitting, chosen };

// Gives the marked option as the answer; without one nothing happens.
export function give(sitting: Sitting): Sitting {
  if (isOver(sitting) || isAnswered(sitting) || !sitting.chosen) return sitting;
  return { ...sitting, chosen: null, answers: sitting.answers.map((answer, i) => (i === sitting.at ? sitting.chosen : answer)) };
}

// On to the next question, once this one is answered.
export const next = (sitting: Sitting): Sitting => (isAnswered(sitting) ? { ...sitting, at: sitting.at + 1, chosen: null } : sitting);

export interface Score {
  readonly right: number; // questions
  readonly points: number;
  readonly ofPoints: number;
}

export function scoreOf(questions: readonly Question[], { answers }: Sitting): Score {
  const right = questions.filter((question, i) => answers[i] === question.correct);
  const sum = (counted: readonly Question[]): number => counted.reduce((points, { score }) => points + score, 0);
  return { right: right.length, points: sum(right), ofPoints: sum(questions) };
}

// What a key stands for: 1 to 4 and a to d mark an option.
export function letterOfKey(key: string): Letter | null {
  const place = '1234'.indexOf(key);
  if (key.length === 1 && place >= 0) return letters[place] ?? null;
  return letters.find((letter) => letter === key.toUpperCase()) ?? null;
}

// The text around its gap, and what belongs there; without exactly one gap all stands before it.
export function aroundGap(question: Question): { before: string; filling: string; after: string; hasGap: boolean } {
  const parts = question.text.split(/_{2,}/);
  const [before = '', after = ''] = parts;
  if (parts.length !== 2) return { before: question.text, filling: '', after: '', hasGap: false };
  return { before, filling: optionsOf(question)[question.correct] ?? '', after, hasGap: true };
}
