import type { Entity } from '@orrery/collectors/model/entity';
import type { Instrument, Intent, Side } from '@orrery/collectors/model/edge-traffic';
import type { TimeWindow } from '@orrery/collectors/model/time-window';

/** Kiali's graph types: what one node stands for. */
export const GraphType = { app: 'app', versionedApp: 'versionedApp', workload: 'workload', service: 'service' } as const;
export type GraphType = (typeof GraphType)[keyof typeof GraphType];

/** Kiali's health statuses, ascending in severity (facts: kiali §3). */
export const Health = { na: 'NA', healthy: 'Healthy', notReady: 'NotReady', degraded: 'Degraded', failure: 'Failure' } as const;
export type Health = (typeof Health)[keyof typeof Health];

/** Four golden signals. `null` = not measured by anything that saw this node or edge; never a made-up 0. */
export interface GoldenSignals {
  readonly requestsPerSecond: number | null;
  /** 0 … 1 of requests. */
  readonly errorRatio: number | null;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p99Ms: number | null;
  /** True where layouts differed and counts were re-bucketed, and for times in topics, which two hosts' clocks tell. */
  readonly latencyApproximate: boolean;
  /** Client to server / server to client. */
  readonly bytesSentPerSecond: number | null;
  readonly bytesReceivedPerSecond: number | null;
  readonly connectionsPerSecond: number | null;
  readonly connectionsFailedPerSecond: number | null;
  /** Saturation: the largest number of connections open at once. */
  readonly openConnections: number | null;
}

/** Response count by kind, code and flags. */
export interface ResponseCount {
  readonly kind: string;
  readonly code: string;
  readonly flags: string;
  readonly count: number;
  /** True where the source alone saw it as an outcome (rule 2): shown, not part of requests. */
  readonly clientOutcome: boolean;
}

/** One instrument on one side through one feed: what it said of an edge, used or not. */
export interface Evidence {
  readonly instrument: Instrument;
  readonly side: Side;
  readonly feed: string;
  /** Mirror and probe traffic is evidence only. */
  readonly intent: Intent;
  readonly requestsPerSecond: number | null;
  readonly errorRatio: number | null;
  readonly p99Ms: number | null;
  readonly bytesPerSecond: number | null;
  readonly connectionsPerSecond: number | null;
  /** Unix seconds of the newest bucket. */
  readonly lastSeen: number;
  /** Sampled 1 in n; 1 = every request. */
  readonly sampleRate: number;
  /** Of traces beside exact counts (proxies, else their logs) of the same edge: their estimate by that count; null where there is nothing to compare. */
  readonly shareOfExact: number | null;
  /** What it speaks for: names of signals, e.g. `requests`, `latency`, `mtls`; [] = evidence only. */
  readonly usedFor: readonly string[];
  /** Entities passed on the way, `<kind>:<namespace>/<name>`. */
  readonly via: readonly string[];
}

export interface GraphNode {
  /** Stable across windows: hash of the node key of its graph type. */
  readonly id: string;
  readonly entity: Entity;
  /** Text on the card. */
  readonly label: string;
  readonly health: Health;
  /** Why, in a few words, e.g. `12.4 % 5xx`; '' when healthy. */
  readonly healthReason: string;
  /** Inbound traffic of the node (outbound for a node that nobody calls). */
  readonly signals: GoldenSignals;
  readonly isRoot: boolean;
  readonly isIdle: boolean;
  readonly isOutsideMesh: boolean;
  /** Client spans that name no peer (rule 9). */
  readonly unresolved: number;
  /** Bits of `NodeBadge`, by appenders. */
  readonly badges?: number;
  /** By the appender `labels`. */
  readonly labels?: ReadonlyMap<string, string>;
}

export interface GraphEdge {
  /** Stable across windows: hash of (source id, destination id). */
  readonly id: string;
  readonly source: string;
  readonly destination: string;
  /** `http`, `grpc`, `tcp`, `dns`, `database`, `messaging`; busiest first. */
  readonly protocols: readonly string[];
  readonly services: readonly string[];
  readonly ports: readonly number[];
  readonly health: Health;
  readonly healthReason: string;
  readonly signals: GoldenSignals;
  /** Latency as the source saw it; `signals` hold the destination's where there is one. Their gap is the network. */
  readonly clientP99Ms: number | null;
  readonly clientErrorsPerSecond: number | null;
  readonly responses: readonly ResponseCount[];
  /** 0 … 1 of requests, or of connections where no requests are measured; null = nobody who can know said. */
  readonly mtlsShare: number | null;
  readonly sourcePrincipals: readonly string[];
  readonly destinationPrincipals: readonly string[];
  readonly via: readonly string[];
  readonly evidence: readonly Evidence[];
  /** 0 … 1. */
  readonly confidence: number;
  /** Unix seconds. */
  readonly lastSeen: number;
  readonly isIdle: boolean;
  /** The stored edges behind this one: 32 hex digits each. */
  readonly edgeIds: readonly string[];
  /** By protocol, where traffic selectors were given. */
  readonly traffic?: readonly ProtocolTraffic[];
  /** By the appenders of these names. */
  readonly responseTime?: ResponseTime | null;
  readonly throughput?: Throughput | null;
  readonly securityPolicy?: SecurityPolicy | null;
}

/** Rate of one protocol as a traffic selector has it. */
export interface ProtocolTraffic {
  readonly protocol: 'http' | 'grpc' | 'tcp';
  readonly unit: 'requests' | 'messages' | 'bytes';
  readonly perSecond: number;
  /** Of requests, 0 … 1; null for messages and bytes. */
  readonly errorRatio: number | null;
}

/** Latency of the side that speaks for it, in milliseconds. */
export interface ResponseTime {
  readonly averageMs: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly side: Side;
}

/** Bodies: of requests as their source counted them, of responses as their destination did. */
export interface Throughput {
  readonly requestBytesPerSecond: number | null;
  readonly responseBytesPerSecond: number | null;
}

/** Shares, 0 … 1, that add up to 1: of requests, or of connections where no requests are measured. */
export interface SecurityPolicy {
  readonly mutualTls: number;
  readonly plaintext: number;
  readonly unknown: number;
}

/** The service graph of one window. Nodes and edges are sorted by id: the same rows give the same bytes. */
export interface ServiceGraph {
  readonly tenant: string;
  readonly type: GraphType;
  readonly window: TimeWindow;
  /** Seconds the rates are per: the part of the window that has data at all. */
  readonly coveredSeconds: number;
  /** True once the window's end is 5 min past (rule 8). */
  readonly settled: boolean;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly quality: GraphQuality;
}

/** What the graph cannot say, said. */
export interface GraphQuality {
  /** Rows whose service could not be told (rule: edge without a service). */
  readonly unattributed: number;
  /** Client spans without peer information. */
  readonly unresolved: number;
  /** Ids in the facts with no name in `edges`. */
  readonly unnamedEdges: number;
  /** What is partial, in words; [] = whole. */
  readonly partial: readonly string[];
}
