import type { Notice, Wording } from '../frame/notice';
import { post, read, type Answer } from '../server/call';

// Learners and their quizzes, as in protos/flowmesh/accounts/v1 and protos/flowmesh/quiz/v1.
export interface Learner {
  readonly id: number;
  readonly username: string;
  readonly declared_level: string;
  readonly goals: string;
  readonly profession: string;
}
export type LearnerRequest = Omit<Learner, 'id'>;

// What is left out comes from the learner.
export interface QuizOrder {
  readonly quiz_size?: number | string; // text that is no number is refused by the server, who says why
  readonly motivation_level?: number | string;
  readonly declared_level: string;
  readonly goals: string;
  readonly profession: string;
  readonly referred_frequency: string;
  readonly preferred_topics: readonly string[];
  readonly weak_skills: readonly string[];
  readonly extra_instructions: string;
}

export type Status = 'queued' | 'processing' | 'completed' | 'failed';

export interface QuizTask {
  readonly task_id: string;
  readonly status: Status;
  readonly user_id: number;
  readonly questions_created: number;
  readonly quiz_size_requested: number;
  readonly error_message: string;
  readonly is_pending: boolean; // queued or processing
  readonly duration_seconds: number | null;
}

export interface QuizTaskRow extends QuizTask {
  readonly owner: string;
  readonly username: string;
  readonly created_at: string;
  readonly age: number;
}

export interface QuizTaskDetails {
  readonly task: QuizTask;
  readonly request: QuizOrder;
  readonly worker_response: { readonly model: string; readonly skills_not_covered: readonly string[] } | null;
  readonly processing_time_sec: number | null;
  readonly execution_id: string;
  readonly username: string;
}

export const letters = ['A', 'B', 'C', 'D'] as const;
export type Letter = (typeof letters)[number];

export interface Question {
  readonly id: number;
  readonly text: string;
  readonly a: string;
  readonly b: string;
  readonly c: string;
  readonly d: string;
  readonly correct: Letter;
  readonly explanation: string;
  readonly difficulty: string;
  readonly score: number;
  readonly context: string;
}

export const optionsOf = ({ a, b, c, d }: Question): Readonly<Record<Letter, string>> => ({ A: a, B: b, C: c, D: d });

// Fields of the form, in its order.
export const wording: Wording = {
  thing: 'quiz',
  unserved: 'This learner is not here',
  fields: [
    'username', 'declared_level', 'quiz_size', 'weak_skills', 'preferred_topics', 'goals', 'profession', 'referred_frequency',
    'motivation_level', 'extra_instructions',
  ],
};

const users = '/api/users';
const tasks = '/api/ai/tasks';
const pathOf = (taskId: string): string => `${tasks}/${encodeURIComponent(taskId)}`;

interface UserPage {
  readonly users: readonly Learner[];
  readonly next_page_token: string;
}
interface TaskPage {
  readonly tasks: readonly QuizTaskRow[];
  readonly next_page_token: string;
}

const mostLearners = 1_000; // what the server gives at once
const rowsPerPage = 20;

// Newest first.
export const listLearners = async (token: string): Promise<readonly Learner[]> =>
  (await read<UserPage>(`${users}?page_size=${mostLearners}`, token)).users;

export const createLearner = (request: LearnerRequest, key: string, token: string): Promise<Answer<Learner>> =>
  post(users, token, request, key);

export const orderQuiz = (userId: number, order: QuizOrder, key: string, token: string): Promise<Answer<{ readonly task_id: string }>> =>
  post('/api/ai/generate', token, { user_id: userId, ...order }, key);

export const getTask = (taskId: string, token: string): Promise<QuizTask> => read(pathOf(taskId), token);
export const getDetails = (taskId: string, token: string): Promise<QuizTaskDetails> => read(`${pathOf(taskId)}/details`, token);

export const listQuestions = async (taskId: string, token: string): Promise<readonly Question[]> =>
  (await read<{ readonly questions: readonly Question[] }>(`${pathOf(taskId)}/questions`, token)).questions;

// Everybody's, newest first; only for whoever has the role `admin`.
export const listTasks = (after: string, token: string): Promise<TaskPage> =>
  read(`${tasks}?page_size=${rowsPerPage}&page_token=${encodeURIComponent(after)}`, token);

// Of a task that is over and did not end well.
export const endNotice = ({ status, error_message }: QuizTask): Notice | null =>
  status === 'failed' ? { title: 'The quiz could not be made', text: error_message, retry: 'anew' } : null;
