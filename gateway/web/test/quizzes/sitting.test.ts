import { expect, test } from 'vitest';
import { aroundGap, beginSitting, choose, fits, give, isAnswered, isOver, letterOfKey, next, scoreOf } from '../../src/quizzes/sitting';
import { question } from './questions';

const questions = [question(1, 'A'), question(2, 'C', { score: 3 }), question(3, 'D')];
const first = beginSitting(questions);

test('an option is marked, marked anew and given; then nothing changes it', () => {
  const marked = choose(choose(first, 'B'), 'A');
  expect(marked).toEqual({ answers: [null, null, null], at: 0, chosen: 'A' });
  const given = give(marked);
  expect(given).toEqual({ answers: ['A', null, null], at: 0, chosen: null });
  expect(choose(given, 'D')).toBe(given);
  expect(give(given)).toBe(given);
});

test('without an answer there is no way on', () => {
  expect(give(first)).toBe(first);
  expect(next(first)).toBe(first);
  expect(next(choose(first, 'A'))).toMatchObject({ at: 0 });
  expect(isAnswered(first)).toBe(false);
});

test('after the last question it is over, and stays', () => {
  const over = (['A', 'B', 'D'] as const).reduce((sitting, letter) => next(give(choose(sitting, letter))), first);
  expect(over).toEqual({ answers: ['A', 'B', 'D'], at: 3, chosen: null });
  expect(isOver(over)).toBe(true);
  for (const move of [give, next]) expect(move(over)).toBe(over);
  expect(choose(over, 'A')).toBe(over);
  expect(scoreOf(questions, over)).toEqual({ right: 2, points: 2, ofPoints: 5 });
});

test('a remembered sitting belongs to its questions alone', () => {
  expect(fits(first, questions)).toBe(true);
  expect(fits(null, questions)).toBe(false);
  expect(fits(first, questions.slice(1))).toBe(false);
  expect(fits({ ...first, at: 9 }, questions)).toBe(false);
});

test('1 to 4 and a to d stand for options, other keys for nothing', () => {
  expect(['1', '4', 'a', 'D'].map(letterOfKey)).toEqual(['A', 'D', 'A', 'D']);
  expect(['0', '5', 'e', 'Enter', 'Alt', '12', '', ' '].map(letterOfKey)).toEqual(Array(8).fill(null));
});

test('a gap is filled with the right answer; a sentence with none or with two is left whole', () => {
  expect(aroundGap(question(1, 'C'))).toEqual({ before: 'It ', filling: 'has been', after: ' 1.', hasGap: true });
  for (const text of ['Which is right?', '____ and ____']) {
    expect(aroundGap(question(1, 'C', { text }))).toEqual({ before: text, filling: '', after: '', hasGap: false });
  }
});
