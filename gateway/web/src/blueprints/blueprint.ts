import type { Notice, Wording } from '../frame/notice';
import { post, read, type Answer } from '../server/call';

// Topics and their blueprints, as in protos/flowmesh/accounts/v1 and protos/flowmesh/blueprint/v1.
export interface Topic {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

export type Status = 'generating' | 'completed' | 'error' | 'cancelled';

export interface BlueprintStatus {
  readonly id: string;
  readonly status: Status;
  readonly title: string;
  readonly description: string;
  readonly terminal_objectives_count: number;
  readonly enabling_objectives_count: number;
  readonly progress: number;
  readonly error: string;
  readonly generation_started_at: string | null;
}

export interface Objective {
  readonly number: string;
  readonly text: string;
  readonly level: string;
  readonly verb: string;
  readonly performance: string;
}

export interface TerminalObjective {
  readonly objective: Objective;
  readonly enabling_objectives: readonly Objective[];
}

export interface Blueprint extends BlueprintStatus {
  readonly topic_id: string;
  readonly terminal_objectives: readonly TerminalObjective[];
}

export interface TopicRequest {
  readonly title: string;
  readonly description: string;
}

export const wording: Wording = { thing: 'blueprint', unserved: 'This topic is not here', fields: ['title', 'description'] };

const topics = '/api/topics';
const blueprintsOf = (topicId: string): string => `${topics}/${encodeURIComponent(topicId)}/blueprints`;
const pathOf = (topicId: string, id: string): string => `${blueprintsOf(topicId)}/${encodeURIComponent(id)}`;

interface TopicPage {
  readonly topics: readonly Topic[];
  readonly next_page_token: string;
}
interface BlueprintPage {
  readonly blueprints: readonly Blueprint[];
  readonly next_page_token: string;
}

const pageSize = 50;

export const listTopics = (after: string, token: string): Promise<TopicPage> =>
  read(`${topics}?page_size=${pageSize}&page_token=${encodeURIComponent(after)}`, token);

export const getTopic = (id: string, token: string): Promise<Topic> => read(`${topics}/${encodeURIComponent(id)}`, token);

export const createTopic = (request: TopicRequest, key: string, token: string): Promise<Answer<Topic>> =>
  post(topics, token, request, key);

// Without their objectives, newest first.
export const listBlueprints = async (topicId: string, token: string): Promise<readonly Blueprint[]> =>
  (await read<BlueprintPage>(`${blueprintsOf(topicId)}?page_size=${pageSize}`, token)).blueprints;

export const generateBlueprint = (topicId: string, key: string, token: string): Promise<Answer<Blueprint>> =>
  post(`${blueprintsOf(topicId)}/generate`, token, {}, key);

export const getStatus = (topicId: string, id: string, token: string): Promise<BlueprintStatus> =>
  read(`${pathOf(topicId, id)}/status`, token);

export const getBlueprint = (topicId: string, id: string, token: string): Promise<Blueprint> => read(pathOf(topicId, id), token);

export const cancelBlueprint = (topicId: string, id: string, token: string): Promise<unknown> =>
  post(`${pathOf(topicId, id)}:cancel`, token, { reason: 'cancelled on the page' });

// Of a generation that is over and did not end well.
export function endNotice({ status, error }: Pick<BlueprintStatus, 'status' | 'error'>): Notice | null {
  if (status === 'error') return { title: 'The blueprint could not be made', text: error, retry: 'anew' };
  if (status === 'cancelled') return { title: 'Cancelled', text: 'The blueprint was left unfinished.', retry: 'anew' };
  return null;
}
