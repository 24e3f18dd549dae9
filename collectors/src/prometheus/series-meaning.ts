import type { Edge } from '../model/edge.ts';
import type { Side } from '../model/edge-traffic.ts';
import type { ZonePair } from '../model/edge-zone-traffic.ts';

/** What one counter counts, in the words of `EdgeTraffic`. */
export type Measure =
  | { readonly kind: 'requests'; readonly response: string; readonly isError: boolean; readonly security: Security }
  | { readonly kind: 'latencyBucket'; readonly leMs: number; readonly histogram: bigint }
  | { readonly kind: 'latencySum' }
  | { readonly kind: 'bytesSent' | 'bytesReceived' | 'messagesSent' | 'messagesReceived' }
  | { readonly kind: 'connectionsOpened'; readonly security: Security }
  /** `failed`: it never stood; `response` is the key to count it under, '' for an ordinary end. */
  | { readonly kind: 'connectionsClosed'; readonly response: string; readonly failed: boolean }
  /** Counted as traffic by another series already; its presence tells what the target can measure. */
  | { readonly kind: 'connectionsFailed' };

/** What a reporter knows of the wire; `''` where it cannot know. */
export type Security = 'secured' | 'plaintext' | '';

/** What a series tells of which edge, as whom. */
export interface EdgeSeries {
  readonly kind: 'edge';
  /** Names the row that the series goes into: edge and side. */
  readonly row: string;
  readonly edge: Edge;
  readonly side: Side;
  readonly via: readonly string[];
  /** Bits of `Protocol`. */
  readonly protocols: number;
  /** Bits of `Measured` that this series brings to its row. */
  readonly measured: number;
  /** Bits that hold only if the target can tell failed connections apart (ztunnel after 1.28). */
  readonly measuredIfFailuresTold: number;
  readonly sourcePrincipal: string;
  readonly destinationPrincipal: string;
  /** Route, method or operation that the series counts alone; `''` where it counts all of them. */
  readonly operation: string;
  /** Zones of both ends, where the reporter tells both. */
  readonly zones?: ZonePair;
  readonly measure: Measure;
}

/** One counter before and now; `previous` undefined where it is new on a target that was scraped before. */
export interface CounterPair {
  readonly meaning: EdgeSeries;
  readonly previous: number | undefined;
  readonly current: number;
}

/** A series about the target itself. */
export interface TargetSeries {
  readonly kind: 'target';
  /** `istio_build{component}`: which program reports, '' for another fact. */
  readonly component: string;
  /** True where it proves that the target flags failed connections on both sides. */
  readonly tellsFailures: boolean;
}

/** How a series is to be read; null for one that says nothing to the waist. */
export type SeriesMeaning = EdgeSeries | TargetSeries | null;

/** What the reading of labels may depend on: all of it known again after a restart. */
export interface ReadingContext {
  /** Components named by `istio_build` on the page. */
  readonly components: ReadonlySet<string>;
  /** Cluster of entities whose labels name none. */
  readonly cluster: string;
  /** Labels of the target, from the configuration or its discovery. */
  readonly targetLabels: ReadonlyMap<string, string>;
  readonly gateways: NameMatcher;
  /** Gateways that pass other networks' connections through unopened. */
  readonly eastWestGateways: NameMatcher;
  readonly waypoints: NameMatcher;
}

/** Tells whether a workload is of a kind, by its namespace and name. */
export type NameMatcher = (namespace: string, name: string) => boolean;

/** Matches `name`, `namespace/name` or, with a leading `*`, the end of the name. */
export function nameMatcher(patterns: readonly string[]): NameMatcher {
  const split = patterns.map((pattern) => {
    const slash = pattern.indexOf('/');
    return { namespace: slash === -1 ? null : pattern.slice(0, slash), name: pattern.slice(slash + 1) };
  });
  return (namespace, name) => name !== '' && split.some((pattern) => (pattern.namespace ?? namespace) === namespace
    && (pattern.name.startsWith('*') ? name.endsWith(pattern.name.slice(1)) : name === pattern.name));
}
