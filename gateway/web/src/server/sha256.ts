// SHA-256 (FIPS 180-4) of a text's UTF-8 as lower-case hex. Here because browsers offer crypto.subtle to secure contexts
// only, and the page may be served over plain HTTP behind a proxy.
const roundConstants = new Uint32Array(64);
const initialState = new Uint32Array(8);

// The first 32 bits of the fractional parts of the square and cube roots of the first primes.
function fillConstants(): void {
  const fraction = (root: number): number => Math.floor((root - Math.floor(root)) * 2 ** 32);
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; ++n) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  primes.forEach((prime, i) => {
    roundConstants[i] = fraction(Math.cbrt(prime));
    if (i < 8) initialState[i] = fraction(Math.sqrt(prime));
  });
}
fillConstants();

const rotate = (x: number, bits: number): number => (x >>> bits) | (x << (32 - bits));
const at = (words: Uint32Array, i: number): number => words[i] as number;

function padded(text: string): DataView {
  const message = new TextEncoder().encode(text);
  const bytes = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(bytes.length - 8, BigInt(message.length) * 8n);
  return view;
}

function schedule(view: DataView, block: number): Uint32Array {
  const w = new Uint32Array(64);
  for (let i = 0; i < 16; ++i) w[i] = view.getUint32(block + 4 * i);
  for (let i = 16; i < 64; ++i) {
    const x = at(w, i - 15);
    const y = at(w, i - 2);
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    w[i] = at(w, i - 16) + s0 + at(w, i - 7) + s1;
  }
  return w;
}

function compress(state: Uint32Array, w: Uint32Array): void {
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; ++i) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + at(roundConstants, i) + at(w, i)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = at(state, i) + word));
}

export function sha256(text: string): string {
  const view = padded(text);
  const state = initialState.slice();
  for (let block = 0; block < view.byteLength; block += 64) compress(state, schedule(view, block));
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
}
