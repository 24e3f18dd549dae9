import type { GraphQuality } from '../../graphql/graph-columns.ts';

/** What one node stands for, in Kiali's terms. */
export const GraphType = { app: 'app', versionedApp: 'versionedApp', workload: 'workload', service: 'service' } as const;
export type GraphType = (typeof GraphType)[keyof typeof GraphType];

/** How the console shows health: always a hue, a glyph and a word together. Worst first. */
export const healthStates = ['failing', 'degraded', 'healthy', 'idle', 'unknown'] as const;
export type HealthState = (typeof healthStates)[number];

/**
 * What takes the place of health where two times are compared, what matters most first. `broken` got worse and fails now;
 * `undecided` differs, but not by more than chance or its own ups and downs explain.
 */
export const changeStates = ['broken', 'worse', 'changed', 'added', 'gone', 'better', 'undecided', 'same'] as const;
export type ChangeState = (typeof changeStates)[number];

export const states = [...healthStates, ...changeStates] as const;
export type State = (typeof states)[number];

/** Order by state, worst first. */
export function byState(a: { readonly state: State }, b: { readonly state: State }): number {
  return states.indexOf(a.state) - states.indexOf(b.state);
}

export interface TopologyNode {
  readonly id: string;
  readonly label: string;
  readonly cluster: string;
  /** '' = outside of any namespace. */
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly app: string;
  readonly version: string;
  readonly state: State;
  /** Why, in a few words; '' when healthy. */
  readonly reason: string;
  /** null = not measured, here and below. */
  readonly rps: number | null;
  readonly errorRatio: number | null;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p99Ms: number | null;
  readonly isRoot: boolean;
  readonly isOutsideMesh: boolean;
  /** Compared with another window: its largest change beyond chance, per cent or points; null where nothing can be said. */
  readonly change: number | null;
}

export interface TopologyEdge {
  readonly id: string;
  /** Node ids. */
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly state: State;
  readonly reason: string;
  readonly rps: number | null;
  readonly errorRatio: number | null;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p99Ms: number | null;
  readonly bytesPerSecond: number | null;
  readonly connectionsPerSecond: number | null;
  readonly openConnections: number | null;
  /** 0 … 1 */
  readonly mtlsShare: number | null;
  /** 0 … 1 */
  readonly confidence: number;
  /** Unix seconds. */
  readonly lastSeen: number;
  /** As of a node. */
  readonly change: number | null;
}

/** One graph of one window. Rows that a diff did not touch keep their identity, so `===` tells what changed. */
export interface Topology {
  readonly version: string;
  readonly type: string;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly coveredSeconds: number;
  readonly settled: boolean;
  readonly nodes: ReadonlyMap<string, TopologyNode>;
  readonly edges: ReadonlyMap<string, TopologyEdge>;
  readonly quality: GraphQuality;
}

/** Plaintext is the exception worth a mark: somebody who can know says that not all of it was encrypted. */
export function isPlaintext(edge: Pick<TopologyEdge, 'mtlsShare'>): boolean {
  return edge.mtlsShare !== null && edge.mtlsShare < 0.9995;
}

/** Nodes but for operations: those are what services do, and are none themselves. */
export function servicesOf<T extends Pick<TopologyNode, 'kind'>>(nodes: readonly T[]): readonly T[] {
  return nodes.filter((node) => node.kind !== 'operation');
}
