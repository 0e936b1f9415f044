import { expect, test } from 'vitest';
import { backoffDelay } from '../../src/server/backoff';
import { idempotencyKey } from '../../src/server/idempotency_key';
import { plainText } from '../../src/frame/plain_text';
import { sha256 } from '../../src/server/sha256';

// Of `é` and x's, by number of bytes: around every border of the padding. From sha256sum.
const digests: [number, string][] = [
  [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  [1, '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'],
  [55, '438ef51db27ae365441ed3cc9c2f5a03c320c1bffc4b6c6b47ed8b00937c50c7'],
  [56, '8bc01823b7d2b97c31063b601d7f9ce18f301bc429745dfa36ab9d6ae4a52297'],
  [63, 'c69666194633411053e957d6c5b5b304a80c9094b2e29ea6249c18ddd4d9d937'],
  [64, 'fd08f13db17d678a893b603fcc4de6167b62d78689e8833dc6aad1fa57c36f2a'],
  [65, 'a37ba7a6d15906191cf01c75c7efa42c305dd69ca16131bb79cc3c1ced2cd227'],
  [119, 'a6320b9b09b020dae57bd60bf58f17abd3e8c07adf92147736aac16e543d439b'],
  [120, '6f04a02cc8c8c2800bd88ea0548104ab04a1c044fa6a525f87cb09b2f57c6e89'],
  [1000, '2fbfbd817717e66e02c2b91b626e547afcb63ff1a2fa3ed5508b65bd5fb1a728'],
];

test.each(digests)('SHA-256 of %i bytes', (bytes, digest) => {
  expect(sha256(bytes < 2 ? 'x'.repeat(bytes) : `é${'x'.repeat(bytes - 2)}`)).toBe(digest);
});

const poem = ['poem', 'Rain', '', 'haiku'];

test('a second click within the same five seconds has the same key', () => {
  const key = idempotencyKey(poem, 1_000_000_000);
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(idempotencyKey([...poem], 1_000_002_499)).toBe(key);
  expect(idempotencyKey(poem, 1_000_002_500)).not.toBe(key);
});

test('another wish has another key, and so has another try after a failure', () => {
  const others = [
    idempotencyKey(['poem', 'Snow', '', 'haiku'], 0),
    idempotencyKey(['poem', 'Rain', 'x', 'haiku'], 0),
    idempotencyKey(['poem', 'Rain', '', ''], 0),
    idempotencyKey(['poem', 'Rai', 'n', 'haiku'], 0),
    idempotencyKey(['haiku', 'Rain', '', 'haiku'], 0),
    idempotencyKey(poem, 0, 'id-of-the-failed-one'),
    idempotencyKey(poem, 0),
  ];
  expect(new Set(others).size).toBe(others.length);
});

test('waits double up to ten seconds and keep at least half', () => {
  const longest = () => 1;
  expect([1, 2, 3, 4, 5, 6, 7, 1000].map((attempt) => backoffDelay(attempt, longest))).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
  expect(backoffDelay(3, () => 0)).toBe(1000);
  const delays = new Set(Array.from({ length: 50 }, () => backoffDelay(5)));
  expect(delays.size).toBeGreaterThan(5);
});

test('controls, escapes and tricks of direction become visible; letters, tabs and line ends stay', () => {
  expect(plainText('\u001b[31mred\u001b[0m\u0000\u007f\u009b')).toBe('␛[31mred␛[0m␀␡\ufffd');
  expect(plainText('a\u202eb\u2066c\u200bd\ufeff')).toBe('a\ufffdb\ufffdc\ufffdd\ufffd');
  const fine = '<b>Grün</b>\tשלום 👩‍🚀\nüber';
  expect(plainText(fine)).toBe(fine);
});
