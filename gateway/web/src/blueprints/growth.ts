import type { RunView } from '../execution/run_view';
import type { BlueprintStatus } from './blueprint';

export interface Growth {
  readonly terminal: number;
  readonly enabling: number;
  readonly percent: number;
}

const expectedObjectives = 10; // terminal ones, by which the server counts its progress

// How far a blueprint is: what the last poll said, or the events between two polls, which know more.
export function growthOf(status: BlueprintStatus | null, view: RunView): Growth {
  if (!status) return { terminal: 0, enabling: 0, percent: 0 };
  const { terminal_objectives_count: polled, enabling_objectives_count: enabling, progress } = status;
  if (status.status !== 'generating') return { terminal: polled, enabling, percent: progress };
  const terminal = Math.max(polled, view.counters['terminal_objectives'] ?? 0);
  return {
    terminal,
    enabling: Math.max(enabling, view.counters['enabling_objectives'] ?? 0),
    percent: Math.max(progress, Math.min(90, (100 * terminal) / expectedObjectives)),
  };
}
