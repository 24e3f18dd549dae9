import type { DisplayEdge } from '../display-edge.ts';
import type { GraphEdge } from '../graph.ts';
import type { IdleParts } from '../idle.ts';
import type { PlacedRow } from '../placed-row.ts';
import type { TrafficSum } from '../traffic-sum.ts';

/** What is added to an edge while its rows are at hand. */
export type EdgeAdditions = Partial<Pick<GraphEdge, 'traffic' | 'responseTime' | 'throughput' | 'securityPolicy'>>;

/** Departures from the plain graph that have to happen while it is built; without them the build does none of this work. */
export interface BuildView {
  /** Picks or renames rows after folding, before services are attributed. Equal entities stay the same object. */
  readonly rows?: (rows: readonly PlacedRow[]) => readonly PlacedRow[];
  /** Hops through waypoints as edges of their own, not `via`. */
  readonly showWaypoints?: boolean;
  /** A node for each service, between its callers and what answers. */
  readonly injectServices?: boolean;
  /** Told of each edge with its place among the graph's, in whatever order. */
  readonly addToEdge?: (edge: DisplayEdge, sum: TrafficSum, seconds: number, i: number) => EdgeAdditions;
  /** What of the earlier window is shown, where there is one; both by default. */
  readonly idle?: IdleParts;
}
