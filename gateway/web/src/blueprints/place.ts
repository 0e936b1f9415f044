import { readAddress, writeAddress } from '../server/tab_memory';

// What the address shows: nothing, a topic (`#<topic>`) or one of its blueprints (`#<topic>/<blueprint>`).
export interface Place {
  readonly topicId: string;
  readonly id: string;
}

export const nowhere: Place = { topicId: '', id: '' };

export function readPlace(): Place {
  const [, topicId = '', id = ''] = /^([0-9a-f-]{36})(?:\/([0-9a-f-]{36}))?$/.exec(readAddress()) ?? [];
  return { topicId, id };
}

export const addressOf = ({ topicId, id }: Place): string => (id ? `${topicId}/${id}` : topicId);

export const writePlace = (place: Place): void => writeAddress(addressOf(place));
