import type { LearnerRequest, QuizOrder } from './quiz';

// What stands in the form, as text.
export interface OrderDraft {
  readonly userId: number; // 0 = a learner who is made first
  readonly username: string;
  readonly declared_level: string;
  readonly goals: string;
  readonly profession: string;
  readonly quiz_size: string;
  readonly skills: readonly string[]; // of those that are offered
  readonly weak_skills: string; // others
  readonly preferred_topics: string;
  readonly referred_frequency: string;
  readonly motivation_level: string;
  readonly extra_instructions: string;
}

export const emptyDraft: OrderDraft = {
  userId: 0,
  username: '',
  declared_level: '',
  goals: '',
  profession: '',
  quiz_size: '10',
  skills: [],
  weak_skills: '',
  preferred_topics: '',
  referred_frequency: '',
  motivation_level: '',
  extra_instructions: '',
};

// A quiz for a learner who is there, or for one who is made first.
export interface QuizRequest {
  readonly userId: number; // 0 = the learner is made first
  readonly learner: LearnerRequest | null;
  readonly order: QuizOrder;
}

// The skills that the builtin writer has questions for, from the easiest on.
export const offeredSkills = [
  'present simple and continuous', 'past simple and present perfect', 'future forms', 'articles', 'prepositions of time', 'quantifiers',
  'comparatives and superlatives', 'question tags', 'subject-verb agreement', 'modal verbs', 'conditionals', 'gerunds and infinitives',
  'dependent prepositions', 'passive voice', 'relative clauses', 'reported speech', 'linking words', 'past perfect', 'subjunctive',
] as const;

// Parts between commas and line ends.
const partsOf = (text: string): string[] => text.split(/[,\n]/).map((part) => part.trim()).filter((part) => part !== '');

// Digits become a number, nothing is left out, the rest is for the server to refuse.
const numberOf = (text: string): number | string => (/^\s*\d+\s*$/.test(text) ? Number(text) : text.trim());

export function requestOf(draft: OrderDraft): QuizRequest {
  const { userId, username, declared_level, goals, profession, referred_frequency, extra_instructions } = draft;
  const [size, motivation] = [draft.quiz_size.trim(), draft.motivation_level.trim()];
  const wishes = {
    ...(size ? { quiz_size: numberOf(size) } : {}),
    ...(motivation ? { motivation_level: numberOf(motivation) } : {}),
    referred_frequency,
    preferred_topics: partsOf(draft.preferred_topics),
    weak_skills: [...draft.skills, ...partsOf(draft.weak_skills)],
    extra_instructions,
  };
  // What is said about a new learner is kept with the learner, and the quiz takes it from there.
  if (userId === 0) {
    const learner = { username, declared_level, goals, profession };
    return { userId, learner, order: { ...wishes, declared_level: '', goals: '', profession: '' } };
  }
  return { userId, learner: null, order: { ...wishes, declared_level, goals, profession } };
}
