import type { Objective, TerminalObjective } from './blueprint';

// Bloom's revised taxonomy, from the lowest level on.
export const bloomLevels = ['remember', 'understand', 'apply', 'analyze', 'evaluate', 'create'] as const;

// How many objectives there are of each level that occurs, lowest first; levels that are not Bloom's come last.
export function levelCounts(objectives: readonly TerminalObjective[]): readonly (readonly [level: string, count: number])[] {
  const counts = new Map<string, number>(bloomLevels.map((level) => [level, 0]));
  for (const { objective, enabling_objectives: steps } of objectives) {
    for (const { level } of [objective, ...steps]) counts.set(level, (counts.get(level) ?? 0) + 1);
  }
  return [...counts].filter(([level, count]) => level !== '' && count > 0);
}

// The sentence around its verb, which begins the performance. Where it is not found, all stands before it.
export function aroundVerb({ text, verb, performance }: Objective): { before: string; verb: string; after: string } {
  const begin = text.indexOf(performance);
  const at = verb && performance ? text.indexOf(verb, Math.max(0, begin)) : -1;
  if (at < 0) return { before: text, verb: '', after: '' };
  return { before: text.slice(0, at), verb, after: text.slice(at + verb.length) };
}
