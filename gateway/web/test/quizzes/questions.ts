import type { Letter, Question } from '../../src/quizzes/quiz';

export const question = (id: number, correct: Letter, fields: Partial<Question> = {}): Question => ({
  id, text: `It ____ ${id}.`, a: 'is', b: 'was', c: 'has been', d: 'will be', correct, explanation: '', difficulty: '', score: 1, context: '', ...fields,
});
