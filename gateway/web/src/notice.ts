import type { Execution, Violation } from './api';
import { CallError } from './api';
import { emptyRequest } from './idempotency_key';

// What the page tells a person about something that went wrong.
export interface Notice {
  readonly title: string;
  readonly text: string;
  // What the button does: repeat the same request, ask for a new poem like this one, connect again, or there is none.
  readonly retry: 'same' | 'anew' | 'reconnect' | 'none';
  readonly notBefore?: number; // ms since the epoch: trying earlier is no use
  readonly wantsToken?: boolean;
  readonly violations?: readonly Violation[];
}

const waiting = (error: CallError): { notBefore?: number } =>
  error.retryAfterMs > 0 ? { notBefore: Date.now() + error.retryAfterMs } : {};

// `token`: the one that was sent; empty = none.
const needsToken = (retry: Notice['retry'], token: string): Notice => ({
  title: token ? 'The access token is not accepted' : 'This server wants to know who you are',
  text: `${token ? 'It may have expired. Paste another one.' : 'Paste an access token.'} It stays in this tab and is forgotten when the tab is closed.`,
  retry,
  wantsToken: true,
});

// Violations of the form's fields are told there, others here.
function refusedInput(error: CallError): Notice {
  const violations = error.violations.map(({ field, description }) => ({ field: field.split('.').at(-1) ?? '', description }));
  const others = violations.filter(({ field }) => !(field in emptyRequest));
  const text = others.map(({ field, description }) => `${field}: ${description}`).join('\n');
  return { title: 'The server did not accept this', text: violations.length > 0 ? text : error.message, retry: 'none', violations };
}

// Whether there is more to say than what stands at the form's fields.
export const isCard = ({ text, retry, wantsToken }: Notice): boolean => text !== '' || retry !== 'none' || wantsToken === true;

// Of asking for a poem. Where the outcome is unknown, "try again" repeats the very same request, so that there is never a
// second poem.
export function createNotice(error: unknown, token: string): Notice {
  if (!(error instanceof CallError)) return { title: 'Something went wrong in this page', text: String(error), retry: 'same' };
  const said = error.message;
  switch (error.status) {
    case 0:
      return {
        title: 'The server cannot be reached',
        text: 'Nothing is lost: trying again asks for the same poem, not for a second one.',
        retry: 'same',
      };
    case 400:
      return refusedInput(error);
    case 401:
      return needsToken('same', token);
    case 403:
      return { title: 'This is not allowed', text: said, retry: 'none' };
    case 404:
      return { title: 'Nobody here writes poems', text: said, retry: 'same' };
    case 409:
      return { title: 'That request was used for another poem', text: `${said} Trying again makes a new request.`, retry: 'anew' };
    case 429:
      return { title: 'Too many requests at once', text: said, retry: 'same', ...waiting(error) };
    case 503:
      return { title: 'The server is busy or just starting', text: said || 'Try again in a moment.', retry: 'same', ...waiting(error) };
    default:
      return { title: 'The server had a problem', text: said || `It answered ${error.status}.`, retry: 'same', ...waiting(error) };
  }
}

// Of looking at an execution that should be there; nothing for what passes by itself.
export function watchNotice(error: CallError, token: string): Notice | null {
  switch (error.status) {
    case 401:
      return needsToken('reconnect', token);
    case 400:
    case 403:
    case 404:
      return {
        title: 'This poem is not here',
        text: 'The server does not know it, or it belongs to somebody else.',
        retry: 'none',
      };
    default:
      return null;
  }
}

export const refusedStream = (token: string): Notice => needsToken('reconnect', token);

export function cancelNotice(error: unknown): Notice {
  const said = error instanceof CallError && error.status !== 0 ? error.message : 'The server cannot be reached.';
  return { title: 'The poem could not be cancelled', text: said, retry: 'none' };
}

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
