// What the fault runs add to the harness of the end-to-end cases: how long they are and what they do is decided by
// FLOWMESH_FAULTS_KILLS and FLOWMESH_FAULTS_SEED (see run), printed so that a run can be repeated, and by FLOWMESH_FAULTS_STORE where
// the rows are.
export { Case, Skipped, assert, cases, test } from '../harness.mjs';

export const kills = Number(process.env.FLOWMESH_FAULTS_KILLS ?? 40);
export const store = process.env.FLOWMESH_FAULTS_STORE ?? 'sqlite';
export const seed = Number(process.env.FLOWMESH_FAULTS_SEED ?? Math.floor(Math.random() * 2 ** 31));

// A sequence that the seed and a name decide: numbers in [0, 1). (Mulberry32, public domain.)
export class Dice {
  constructor(name) {
    let hash = seed >>> 0;
    for (const letter of name) hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193) >>> 0;
    this.state = hash;
  }

  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit) {
    return Math.floor(this.next() * limit);
  }

  oneOf(list) {
    return list[this.below(list.length)];
  }

  chance(probability) {
    return this.next() < probability;
  }
}
