import { CallError, type Violation } from '../server/call';
import { mostFailures, type Trouble } from '../server/status_poll';

// What the page tells a person about something that went wrong.
export interface Notice {
  readonly title: string;
  readonly text: string;
  // What the button does: repeat the same request, ask for another thing like this one, connect again, or there is none.
  readonly retry: 'same' | 'anew' | 'reconnect' | 'none';
  readonly notBefore?: number; // ms since the epoch: trying earlier is no use
  readonly wantsToken?: boolean;
  readonly violations?: readonly Violation[];
}

// How a page speaks of what it makes.
export interface Wording {
  readonly thing: string; // as in "This poem is not here"
  readonly unserved: string; // said where the server does not know how to make one
  readonly fields: readonly string[]; // of the form: what is wrong with them is told there
}

const waiting = (error: CallError): { notBefore?: number } =>
  error.retryAfterMs > 0 ? { notBefore: Date.now() + error.retryAfterMs } : {};

// `token`: the one that was sent; empty = none.
export const needsToken = (retry: Notice['retry'], token: string): Notice => ({
  title: token ? 'The access token is not accepted' : 'This server wants to know who you are',
  text: `${token ? 'It may have expired. Paste another one.' : 'Paste an access token.'} It stays in this tab and is forgotten when the tab is closed.`,
  retry,
  wantsToken: true,
});

// Violations of the form's fields are told there, others here.
function refusedInput(error: CallError, fields: readonly string[]): Notice {
  const nameOf = (field: string): string => (field.split('.').at(-1) ?? '').replace(/\[.*$/, '');
  const violations = error.violations.map(({ field, description }) => ({ field: nameOf(field), description }));
  const others = violations.filter(({ field }) => !fields.includes(field));
  const text = others.map(({ field, description }) => `${field}: ${description}`).join('\n');
  return { title: 'The server did not accept this', text: violations.length > 0 ? text : error.message, retry: 'none', violations };
}

// Whether there is more to say than what stands at the form's fields.
export const isCard = ({ text, retry, wantsToken }: Notice): boolean => text !== '' || retry !== 'none' || wantsToken === true;

// Of asking for a thing. Where the outcome is unknown, "try again" repeats the very same request, so that there is never a
// second one.
export function askNotice(error: unknown, token: string, { thing, unserved, fields }: Wording): Notice {
  if (!(error instanceof CallError)) return { title: 'Something went wrong in this page', text: String(error), retry: 'same' };
  const said = error.message;
  switch (error.status) {
    case 0:
      return {
        title: 'The server cannot be reached',
        text: `Nothing is lost: trying again asks for the same ${thing}, not for a second one.`,
        retry: 'same',
      };
    case 400:
      return refusedInput(error, fields);
    case 401:
      return needsToken('same', token);
    case 403:
      return { title: 'This is not allowed', text: said, retry: 'none' };
    case 404:
      return { title: unserved, text: said, retry: 'anew' };
    case 409:
      return { title: `That request was used for another ${thing}`, text: `${said} Trying again makes a new request.`, retry: 'anew' };
    case 429:
      return { title: 'Too many requests at once', text: said, retry: 'same', ...waiting(error) };
    case 503:
      return { title: 'The server is busy or just starting', text: said || 'Try again in a moment.', retry: 'same', ...waiting(error) };
    default:
      return { title: 'The server had a problem', text: said || `It answered ${error.status}.`, retry: 'same', ...waiting(error) };
  }
}

// Of looking at a thing that should be there; nothing for what passes by itself.
export function watchNotice(error: unknown, token: string, { thing }: Wording): Notice | null {
  if (!(error instanceof CallError)) return { title: 'Something went wrong in this page', text: String(error), retry: 'reconnect' };
  switch (error.status) {
    case 401:
      return needsToken('reconnect', token);
    case 400:
    case 403:
    case 404:
      return {
        title: `This ${thing} is not here`,
        text: 'The server does not know it, or it belongs to somebody else.',
        retry: 'none',
      };
    default:
      return null;
  }
}

// Of reading lists that a page can do without for a while.
export function readNotice(error: unknown, token: string): Notice {
  if (error instanceof CallError && error.status === 401) return needsToken('reconnect', token);
  const unreachable = error instanceof CallError && error.status === 0;
  const text = unreachable ? 'The server cannot be reached.' : error instanceof Error ? error.message : String(error);
  return { title: 'What you have here could not be read', text, retry: 'reconnect' };
}

// Of a server that did not answer for so long that the page asks no more.
export const gaveUp = ({ failures }: Trouble, { thing }: Wording): Notice | null =>
  failures > mostFailures
    ? { title: 'The server has not answered for a long time', text: `Work on the ${thing} may go on without this page.`, retry: 'reconnect' }
    : null;

export function cancelNotice(error: unknown, { thing }: Wording): Notice {
  const said = error instanceof CallError && error.status !== 0 ? error.message : 'The server cannot be reached.';
  return { title: `The ${thing} could not be cancelled`, text: said, retry: 'none' };
}
