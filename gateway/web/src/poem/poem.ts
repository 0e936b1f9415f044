import type { Execution as AnyExecution } from '../execution/executions';
import type { Notice, Wording } from '../frame/notice';
import type { PoemRequest } from './poem_request';

// Output of the flow `poem`, as in protos/flowmesh/poem/v1.
export interface Poem {
  readonly title: string;
  readonly stanzas: readonly { readonly lines: readonly string[] }[];
  readonly form: string;
  readonly model: string;
}

export type Execution = AnyExecution<PoemRequest, Poem>;

export const wording: Wording = { thing: 'poem', unserved: 'Nobody here writes poems', fields: ['title', 'description', 'form'] };

// Of an execution that is over and did not end well.
export function endNotice({ state, failure }: Pick<Execution, 'state' | 'failure'>): Notice | null {
  const said = failure ? `${failure.reason}: ${failure.message}` : '';
  switch (state) {
    case 'FAILED':
      return { title: 'The poem could not be written', text: said, retry: 'anew' };
    case 'TIMED_OUT':
      return { title: 'Writing took too long', text: said, retry: 'anew' };
    case 'CANCELLED':
      return { title: 'Cancelled', text: 'The poem was left unfinished.', retry: 'anew' };
    default:
      return null;
  }
}
