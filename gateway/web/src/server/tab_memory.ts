// What this tab must still know after a reload. Without storage (a browser may refuse it) it is forgotten, nothing breaks.
// What is shown is kept in the address, behind `#`.
const tokenName = 'flowmesh.token';

function readText(name: string): string {
  try {
    return sessionStorage.getItem(name) ?? '';
  } catch {
    return '';
  }
}

function writeText(name: string, value: string): void {
  try {
    if (value) sessionStorage.setItem(name, value);
    else sessionStorage.removeItem(name);
  } catch {
    // refused
  }
}

// One thing that is remembered under `name`, such as what was asked for and is not yet known to have begun.
export class Remembered<Thing> {
  constructor(private readonly name: string) {}

  read(): Thing | null {
    try {
      return JSON.parse(readText(this.name)) as Thing;
    } catch {
      return null;
    }
  }

  write(thing: Thing | null): void {
    writeText(this.name, thing ? JSON.stringify(thing) : '');
  }
}

export const readToken = (): string => readText(tokenName);
export const writeToken = (token: string): void => writeText(tokenName, token.trim());

export const readAddress = (): string => window.location.hash.replace(/^#/, '');

export function writeAddress(text: string): void {
  if (readAddress() === text) return;
  window.history.pushState(null, '', text ? `#${text}` : window.location.pathname);
}
