/**
 * The JSON of the schema's scalars `GraphColumns` and `GraphDiff`, restated: the console knows the server by its schema only.
 * Arrays of `nodes` have one item per node, arrays of `edges` one per edge; `source` and `destination` index `nodes`,
 * repeated texts index `strings`. null = not measured.
 */
export interface GraphColumns {
  readonly version: string;
  readonly type: string;
  /** Unix seconds. */
  readonly from: number;
  readonly to: number;
  /** Seconds of one bucket. */
  readonly step: number;
  readonly coveredSeconds: number;
  readonly settled: boolean;
  readonly strings: readonly string[];
  readonly nodes: NodeColumns;
  readonly edges: EdgeColumns;
  readonly quality: GraphQuality;
}

export interface NodeColumns {
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
  /** Bits: 1 root, 2 idle, 4 outside mesh. */
  readonly flags: readonly number[];
}

export interface EdgeColumns {
  readonly id: readonly string[];
  readonly source: readonly number[];
  readonly destination: readonly number[];
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
  /** 0 … 1. */
  readonly mtlsShare: readonly (number | null)[];
  readonly confidence: readonly number[];
  readonly lastSeen: readonly number[];
  /** Bits: 2 idle. */
  readonly flags: readonly number[];
}

export interface GraphQuality {
  readonly unattributed: number;
  readonly unresolved: number;
  readonly unnamedEdges: number;
  readonly partial: readonly string[];
}

export interface GraphDiff {
  readonly version: string;
  /** Version this applies to; '' for a whole graph. */
  readonly base: string;
  readonly from: number;
  readonly to: number;
  readonly coveredSeconds: number;
  readonly changed: GraphColumns | null;
  readonly removedNodes: readonly string[];
  readonly removedEdges: readonly string[];
}
