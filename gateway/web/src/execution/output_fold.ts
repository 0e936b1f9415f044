// The text that output chunks add up to. A chunk whose offset lies below the end replaces everything from there.
// Offsets count bytes of UTF-8.
export interface FoldedText {
  readonly text: string;
  readonly bytes: number;
}

export const emptyText: FoldedText = { text: '', bytes: 0 };

export class FoldError extends Error {}

const encoder = new TextEncoder();

function bytesOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

// Where byte `offset` of the text stands in its UTF-16 code units.
function unitAt(text: string, offset: number): number {
  let bytes = 0;
  let unit = 0;
  for (const character of text) {
    if (bytes >= offset) break;
    bytes += bytesOf(character.codePointAt(0) ?? 0);
    unit += character.length;
  }
  if (bytes !== offset) throw new FoldError(`byte ${offset} stands inside a character`);
  return unit;
}

// Throws FoldError for a chunk that begins beyond the end or inside a character: something before it is missing.
export function foldChunk(folded: FoldedText, offset: number, text: string): FoldedText {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset > folded.bytes) {
    throw new FoldError(`a chunk begins at ${offset}, the text ends at ${folded.bytes}`);
  }
  const kept = offset === folded.bytes ? folded.text : folded.text.slice(0, unitAt(folded.text, offset));
  return { text: kept + text, bytes: offset + encoder.encode(text).length };
}

// Lines by stanzas, which blank lines part. The last line may still grow.
export function stanzasOf(text: string): string[][] {
  return text
    .split(/\n{2,}/)
    .map((stanza) => stanza.split('\n').filter((line) => line !== ''))
    .filter((lines) => lines.length > 0);
}
