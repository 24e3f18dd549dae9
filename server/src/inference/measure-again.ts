import type { NodeSums } from './build-nodes.ts';
import type { KeptDrawing } from './drawings.ts';
import type { EdgeColumns } from './edge-columns.ts';
import type { FlatDrawing } from './flat-drawing.ts';
import type { HealthJudge } from './health/rate-health.ts';
import { judgeEdge, sumEdge } from './measure-graph.ts';
import type { RowReading } from './row-reading.ts';
import { TrafficSum } from './traffic-sum.ts';

/** What a drawing came to. */
export interface Measured {
  readonly seconds: number;
  readonly judge: HealthJudge;
  readonly edges: EdgeColumns;
  readonly nodes: NodeSums;
}

/** Of more edges than this share the whole is measured as fast. */
const smallShare = 0.2;

/**
 * Measures the edges again whose rows changed since a drawing was measured, and exchanges at their nodes what they were for
 * what they are. That is exact only for whole counts of the same signals; `before` must not be used any more.
 * @returns null where all is to be measured
 */
export function measureAgain(kept: KeptDrawing, before: Measured, reading: RowReading): Measured | null {
  if (reading === kept.reading) return before;
  if (reading.change?.since !== kept.reading.id) return null;
  const { seconds, judge, nodes } = before, { edges: drawing } = kept;
  const changed = edgesOf(drawing, reading.change.places);
  if (changed === null || changed.length > drawing.size * smallShare) return null;

  const sum = new TrafficSum(false), signals: number[] = [];
  for (const i of changed) {
    const drawn = drawing.edge(i);
    sumEdge(drawn, sum);
    signals.push(sum.measured);
    if (!nodes.removeEdge(drawn.source, drawn.destination, sum)) return null;
  }
  kept.put(reading);
  const { edges } = before;
  for (const [n, i] of changed.entries()) {
    const drawn = drawing.edge(i);
    sumEdge(drawn, sum);
    if (sum.measured !== signals[n] || !sum.isWhole) return null;
    edges.put(i, drawn, judgeEdge(drawn, judge, sum), sum, seconds);
    nodes.addEdge(drawn.source, drawn.destination, drawn.edge, sum);
  }
  return { seconds, judge, edges, nodes };
}

/** Places of the edges that some rows are of, ascending; null where a row is of no edge or of several. */
function edgesOf({ edgeByRow }: FlatDrawing, rows: Uint32Array): number[] | null {
  if (edgeByRow === null) return null;
  const edges = new Set<number>();
  for (const row of rows) {
    const edge = edgeByRow[row] ?? -1;
    if (edge === -1) return null;
    edges.add(edge);
  }
  return [...edges].sort((a, b) => a - b);
}
