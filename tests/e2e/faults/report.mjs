// Says what a fault run found, and fails it if a promise was broken.
import { kinds } from './checker.mjs';

export function report(findings, mesh) {
  const count = (kind) => findings.filter((finding) => finding.kind === kind).length;
  console.log(`  ${kinds.map((kind) => `${kind} ${count(kind)}`).join(', ')}`);
  console.log(`  peak memory: server ${Math.round(mesh.peak.server)} MB, worker ${Math.round(mesh.peak.worker)} MB`);
  if (findings.length === 0) return;
  const shown = findings.slice(0, 20).map(({ kind, what }) => `${kind}: ${what}`);
  throw new Error(`${findings.length} broken promises:\n${shown.join('\n')}`);
}
