import type { Instrument, Side } from '@orrery/collectors/model/edge-traffic';
import type { TimeWindow } from '@orrery/collectors/model/time-window';
import type { GraphNode, Health } from '../graph.ts';
import type { Onset } from './onset.ts';
import type { PastEvent } from './past-events.ts';

/** What a fact is about. */
export type FactKind =
  | 'code' | 'side' | 'unreached' | 'clientOutcome' | 'retries' | 'fault' | 'denied' | 'handshake' | 'connections' | 'drops'
  | 'tolerance' | 'usual' | 'onset' | 'change' | 'downstream' | 'quiet';

/** What a fact rests on: a graph edge, and of it the teller and response key where the fact is about one. */
export interface FactEvidence {
  readonly edge: string;
  readonly instrument: Instrument | null;
  readonly side: Side | null;
  readonly feed: string;
  readonly responseKey: string;
}

/** One statement; its words are made of its value. */
export interface ExplainedFact {
  readonly kind: FactKind;
  readonly text: string;
  readonly value: number | null;
  /** `1` (a share), `requests`, `connections`, `s`, `x` (a factor), or '' where there is no value. */
  readonly unit: string;
  readonly evidence: readonly FactEvidence[];
}

/** One outcome among the failures of an edge, as the proxies name it, and what it means. */
export interface CodeShare {
  readonly kind: string;
  readonly code: string;
  readonly flags: string;
  readonly count: number;
  /** 0 … 1 of the failures that this side saw. */
  readonly share: number;
  /** 0 … 1 of all that this side saw. */
  readonly ofAll: number;
  readonly seenBy: 'source' | 'destination' | 'both';
  readonly meaning: string;
}

/**
 * What a change has to do with the failing edge: it is of one of the ends or names it; it is a policy of the whole
 * namespace of an end, or of the mesh; or it only happened elsewhere in such a namespace.
 */
export type Relation = 'destination' | 'source' | 'downstream' | 'namespace' | 'mesh' | 'elsewhere';

/** A change near the time at which failures began. */
export interface NearbyChange {
  readonly event: PastEvent;
  /** Seconds from the onset to the event; negative = before it. */
  readonly offset: number;
  readonly relation: Relation;
}

/** The range in which a failure ratio (0 … 1) usually lies, by buckets of a time before (Unix seconds). */
export interface UsualBand {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly median: number;
  readonly high: number;
  readonly buckets: number;
}

export interface DownstreamCause {
  readonly edge: string;
  readonly source: GraphNode;
  readonly destination: GraphNode;
  /** Graph edge ids from the subject (left out) to this edge (included). */
  readonly path: readonly string[];
  readonly health: Health;
  readonly failureRatio: number;
  /** Its failures as a share of the subject's, at most 1. */
  readonly share: number;
  readonly onset: Onset | null;
  readonly codes: readonly CodeShare[];
  readonly text: string;
}

/** Why a node or an edge is not healthy. */
export interface Explanation {
  readonly window: TimeWindow;
  readonly health: Health;
  readonly summary: string;
  readonly failureRatio: number | null;
  readonly facts: readonly ExplainedFact[];
  readonly codes: readonly CodeShare[];
  readonly onset: Onset | null;
  readonly usual: UsualBand | null;
  readonly changes: readonly NearbyChange[];
  readonly downstream: readonly DownstreamCause[];
  readonly partial: readonly string[];
}
