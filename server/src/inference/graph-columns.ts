import type { EdgeAdditionColumns, NodeAdditionColumns } from './appenders/addition-columns.ts';
import type { ServiceGraph } from './graph.ts';

/**
 * The whole graph as columns: what `/api/graph`, the GraphQL scalar `GraphColumns` and the subscription carry.
 * Every array of `nodes` has one item per node, every array of `edges` one per edge; `source` and `destination`
 * are indexes into `nodes`. Repeated texts are indexes into `strings`. Numbers are rounded to 4 significant digits.
 */
export interface GraphColumns {
  readonly version: string;
  readonly type: string;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly coveredSeconds: number;
  readonly settled: boolean;
  readonly strings: readonly string[];
  readonly nodes: {
    readonly id: readonly string[];
    readonly label: readonly string[];
    readonly cluster: readonly number[];
    readonly namespace: readonly number[];
    readonly kind: readonly number[];
    readonly name: readonly string[];
    readonly app: readonly number[];
    readonly versionLabel: readonly number[];
    readonly health: readonly number[];
    readonly healthReason: readonly string[];
    readonly rps: readonly (number | null)[];
    readonly errorRatio: readonly (number | null)[];
    readonly p50Ms: readonly (number | null)[];
    readonly p90Ms: readonly (number | null)[];
    readonly p99Ms: readonly (number | null)[];
    /** Bits: 1 root, 2 idle, 4 outside mesh; from 8 on those of `NodeBadge`. */
    readonly flags: readonly number[];
  } & NodeAdditionColumns;
  readonly edges: {
    readonly id: readonly string[];
    readonly source: readonly number[];
    readonly destination: readonly number[];
    /** Index into `strings` of the busiest protocol. */
    readonly protocol: readonly number[];
    readonly health: readonly number[];
    readonly healthReason: readonly string[];
    readonly rps: readonly (number | null)[];
    readonly errorRatio: readonly (number | null)[];
    readonly p50Ms: readonly (number | null)[];
    readonly p90Ms: readonly (number | null)[];
    readonly p99Ms: readonly (number | null)[];
    readonly bytesPerSecond: readonly (number | null)[];
    readonly connectionsPerSecond: readonly (number | null)[];
    readonly openConnections: readonly (number | null)[];
    readonly mtlsShare: readonly (number | null)[];
    readonly confidence: readonly number[];
    readonly lastSeen: readonly number[];
    /** Bits: 2 idle. */
    readonly flags: readonly number[];
  } & EdgeAdditionColumns;
  readonly quality: ServiceGraph['quality'];
}

/** What a subscription tick sends: the first message is whole, later ones hold only what changed. */
export interface GraphDiff {
  readonly version: string;
  /** Version this applies to; '' for the first, whole message. */
  readonly base: string;
  readonly from: number;
  readonly to: number;
  readonly coveredSeconds: number;
  /** Nodes and edges new or changed since `base`, or all where nearly all edges are, in the same shape; the ends of a changed edge are always among its nodes, so indexes hold. */
  readonly changed: GraphColumns | null;
  readonly removedNodes: readonly string[];
  readonly removedEdges: readonly string[];
}
