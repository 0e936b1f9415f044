// Questions as a writer of quizzes gives them, good and broken ones.
import { assert } from './harness.mjs';
import { shaped } from './apps.mjs';

const question = (number, about) => ({
  sentence: `Question ${number} about ${about}: the build ____ since Monday.`,
  options: { A: 'is failing', B: 'has been failing', C: 'failed', D: 'fails' },
  correct_answer: 'B',
  explanation: `It began on Monday and goes on (${number}).`,
  type: 'sentence_completion',
  difficulty: 'advanced',
  score: 1 + (number % 3),
  context: about,
});

export const goodQuestions = (count, about = 'debugging') => Array.from({ length: count }, (_, i) => question(i + 1, about));

// What a question becomes for those who read it.
export const asRead = ({ sentence, options, correct_answer, explanation, type, difficulty, score, context }, i) => ({
  id: i + 1,
  text: sentence,
  ...Object.fromEntries(Object.entries(options).map(([letter, text]) => [letter.toLowerCase(), text])),
  correct: correct_answer,
  explanation,
  question_type: type,
  difficulty,
  score: score ?? 1,
  context,
});

// Ways to spoil the second of some questions, and the field that is said to be wrong.
const spoiled = (change) => (questions) => questions.map((one, i) => (i === 1 ? { ...one, ...change(one) } : one));
const withOptions = (change) => spoiled(({ options }) => ({ options: { ...options, ...change } }));
export const waysToSpoil = [
  ['an option is missing', spoiled(({ options: { D, ...rest } }) => ({ options: rest })), 'questions[1].options'],
  ['there is an option too many', withOptions({ E: 'has failed' }), 'questions[1].options'],
  ['an option is called otherwise', spoiled(({ options: { D, ...rest } }) => ({ options: { ...rest, d: D } })), 'questions[1].options'],
  ['an option is empty', withOptions({ C: '' }), 'questions[1].options["C"]'],
  ['an option is blank', withOptions({ C: ' \t' }), 'questions[1].options["C"]'],
  ['two options are the same', withOptions({ D: 'is failing' }), 'questions[1].options["D"]'],
  ['two options differ in blanks alone', withOptions({ D: ' is failing ' }), 'questions[1].options["D"]'],
  ['an option is too long', withOptions({ A: 'x'.repeat(2001) }), 'questions[1].options'],
  ['the options are none', spoiled(() => ({ options: undefined })), 'questions[1].options'],
  ['the answer is none of the letters', spoiled(() => ({ correct_answer: 'E' })), 'questions[1].correct_answer'],
  ['the answer is a small letter', spoiled(() => ({ correct_answer: 'b' })), 'questions[1].correct_answer'],
  ['the answer is missing', spoiled(() => ({ correct_answer: undefined })), 'questions[1].correct_answer'],
  ['the sentence is missing', spoiled(() => ({ sentence: undefined })), 'questions[1].sentence'],
  ['the sentence is blank', spoiled(() => ({ sentence: '  ' })), 'questions[1].sentence'],
  ['the sentence is too long', spoiled(() => ({ sentence: 'x'.repeat(4001) })), 'questions[1].sentence'],
  ['the score is negative', spoiled(() => ({ score: -1 })), 'questions[1].score'],
  ['the score is too high', spoiled(() => ({ score: 1001 })), 'questions[1].score'],
  ['a field is unknown', spoiled(() => ({ hint: 'B' })), 'questions[1].hint'],
  ['a question is no object', (questions) => [questions[0], 'B'], 'questions[1]'],
  ['there are too many', () => goodQuestions(51), 'questions'],
  ['there are none', () => [], 'questions'],
];

const questionFields = ['id', 'text', 'a', 'b', 'c', 'd', 'correct', 'explanation', 'question_type', 'difficulty', 'score', 'context'];

// The questions of a task, each checked: numbered from 1, four distinct answers, one of them right.
export async function questionsOf(caller, task_id) {
  const list = shaped(await caller.read(`/api/ai/tasks/${task_id}/questions`), ['questions', 'next_page_token']);
  assert.equal(list.next_page_token, '');
  for (const [i, one] of list.questions.entries()) {
    shaped(one, questionFields);
    assert.equal(one.id, i + 1);
    assert.equal(new Set([one.a, one.b, one.c, one.d].map((answer) => answer.trim())).size, 4, JSON.stringify(one));
    assert.match(one.correct, /^[ABCD]$/);
  }
  return list.questions;
}
