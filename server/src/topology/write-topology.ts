import { stringify } from 'yaml';
import type { ObservedEdge } from './check-topology.ts';
import { patternOf } from './entity-pattern.ts';

/** What was observed, as a `topology.yaml` that allows exactly that: a start to edit and to keep in version control. */
export function writeTopology(edges: readonly ObservedEdge[], said: string): string {
  const byCaller = new Map<string, Set<string>>();
  for (const { source, destination } of edges) {
    const from = patternOf(source), to = byCaller.get(from) ?? new Set<string>();
    byCaller.set(from, to.add(patternOf(destination)));
  }
  const allow = [...byCaller].sort(([a], [b]) => (a < b ? -1 : 1)).map(([from, to]) => ({ from, to: [...to].sort() }));
  return `# ${said}\n${stringify({ version: 1, default: 'deny', allow }, { lineWidth: 0 })}`;
}
