import { expect, test } from 'vitest';
import { emptyText, foldChunk, FoldError, stanzasOf } from '../../src/execution/output_fold';

const fold = (...chunks: [number, string][]) => chunks.reduce((text, [offset, piece]) => foldChunk(text, offset, piece), emptyText);

test('chunks at the end are appended, and offsets count bytes', () => {
  expect(fold([0, 'Grün '], [6, 'und 🌊\n'], [15, 'x'])).toEqual({ text: 'Grün und 🌊\nx', bytes: 16 });
});

test('a chunk below the end replaces everything from there', () => {
  const written = fold([0, 'One\n'], [4, 'Two\n'], [8, 'Three\n']);
  expect(foldChunk(written, 4, '2\n')).toEqual({ text: 'One\n2\n', bytes: 6 });
  expect(foldChunk(written, 0, '')).toEqual(emptyText);
});

test('a chunk may begin behind characters of several bytes, never inside one', () => {
  const sea = fold([0, 'é🌊!']);
  expect(foldChunk(sea, 2, 'x')).toEqual({ text: 'éx', bytes: 3 });
  expect(foldChunk(sea, 6, 'y')).toEqual({ text: 'é🌊y', bytes: 7 });
  for (const inside of [1, 3, 4, 5]) expect(() => foldChunk(sea, inside, 'x')).toThrow(FoldError);
});

test('a chunk beyond the end tells that something is missing', () => {
  expect(() => foldChunk(emptyText, 1, 'x')).toThrow(FoldError);
  expect(() => fold([0, 'ü'], [3, 'x'])).toThrow(FoldError);
  expect(() => foldChunk(emptyText, Number.NaN, 'x')).toThrow(FoldError);
});

test('folding agrees with bytes for every cut of a text', () => {
  const text = 'aé€🌊\n';
  const bytes = new TextEncoder().encode(text);
  let offset = 0;
  for (const character of text) {
    const kept = new TextDecoder().decode(bytes.subarray(0, offset));
    expect(foldChunk({ text, bytes: bytes.length }, offset, 'Z').text).toBe(`${kept}Z`);
    offset += new TextEncoder().encode(character).length;
  }
});

test('blank lines part stanzas, and an unfinished line stands there already', () => {
  expect(stanzasOf('')).toEqual([]);
  expect(stanzasOf('a\nb\n\nc\nunfin')).toEqual([['a', 'b'], ['c', 'unfin']]);
  expect(stanzasOf('a\n\n')).toEqual([['a']]);
});
