import type { TimeWindow } from '@orrery/collectors/model/time-window';
import type { ZoneTraffic } from '../../inference/cost/zone-traffic.ts';
import type { EdgeActivity } from '../../inference/diff/activity.ts';
import type { GraphEdge, GraphNode, GraphQuality } from '../../inference/graph.ts';
import type { EdgeWindow } from '../../inference/ports.ts';
import type { CertificateExpiry } from './certificates.ts';

/** How traffic came: equal steps of the covered part of the window. */
export interface EvidenceSteps {
  readonly seconds: number;
  readonly count: number;
}

/** What one edge between workloads carried in the window: counts of the whole window, not rates. Null = not measured. */
export interface EdgeEvidence {
  /** As the service graph has it: rates, health, responses with codes and flags, latency quantiles, principals, services, ports, `edgeIds`. */
  readonly edge: GraphEdge;
  readonly source: GraphNode;
  readonly destination: GraphNode;
  /** By the rules of the graph, corrected for sampling. */
  readonly requests: number | null;
  readonly errors: number | null;
  readonly clientErrors: number | null;
  readonly connections: number | null;
  readonly connectionsFailed: number | null;
  readonly drops: number | null;
  /** What each side counted by itself, as the instrument that speaks for the requests told it: a retry arrives twice and was asked once. */
  readonly requestsAtSource: number | null;
  readonly requestsAtDestination: number | null;
  /** Attempts, where a source tells them apart from requests. */
  readonly attempts: number | null;
  /** Copies that a proxy sent beside the requests. */
  readonly mirrored: number;
  /** Judged by those who can know (destination, waypoint, ztunnel). */
  readonly requestsSecured: number;
  readonly requestsPlaintext: number;
  readonly connectionsSecured: number;
  readonly connectionsPlaintext: number;
  readonly securityJudged: boolean;
  /** How it came step by step, observed counts; null where it was not read (only the busiest edges are). */
  readonly activity: EdgeActivity | null;
  /** By pairs of zones; [] where nobody who knows zones counted bytes, and in the long window, where it is not read. */
  readonly zones: readonly ZoneTraffic[];
}

/** What telemetry showed in a window: the service graph between workloads, with counts. */
export interface Evidence {
  readonly window: TimeWindow;
  /** Part of the window that has data, Unix seconds. */
  readonly from: number;
  readonly to: number;
  /** True where data covers enough of the window to speak of it as a whole. */
  readonly covers: boolean;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly EdgeEvidence[];
  readonly steps: EvidenceSteps;
  /** Of the short window alone. */
  readonly certificates: readonly CertificateExpiry[];
  /** The rows behind all of it, mirrors and probes too, for what no sum keeps. */
  readonly rows: readonly EdgeWindow[];
  readonly quality: GraphQuality;
}

/** Windows that evidence is read for; their lengths are settings. */
export type EvidenceSpan = 'short' | 'long';
