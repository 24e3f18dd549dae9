import type { Entity } from '@orrery/collectors/model/entity';
import type { TimeWindow } from '@orrery/collectors/model/time-window';
import type { GraphType, Health } from '../graph.ts';
import type { ComparedSignal, Verdict } from './signals.ts';

/** In which of the two windows there is traffic: in `after` alone, in `before` alone, in both. */
export type Presence = 'added' | 'gone' | 'both';

/** One signal of one edge in two windows, tested. */
export interface SignalChange {
  readonly signal: ComparedSignal;
  /** Per second, milliseconds or 0 … 1; null = not measured. */
  readonly before: number | null;
  readonly after: number | null;
  readonly difference: number | null;
  /** (after − before) / before; null where before is 0 or null. */
  readonly relative: number | null;
  readonly pValue: number | null;
  readonly qValue: number | null;
  readonly verdict: Verdict;
  /** Why nothing can be said, for `unknown`; '' otherwise. */
  readonly reason: string;
}

/** An edge that is not the same in both windows; ids are those of the graphs. */
export interface EdgeDelta {
  readonly id: string;
  readonly source: string;
  readonly destination: string;
  readonly presence: Presence;
  readonly verdict: Verdict;
  readonly healthBefore: Health;
  readonly healthAfter: Health;
  /** Requests a second (connections where there are none) that the change concerns. */
  readonly atStake: number;
  readonly signals: readonly SignalChange[];
}

/** A node that is not the same in both windows, or some of whose edges are not. */
export interface NodeDelta {
  readonly id: string;
  readonly presence: Presence;
  readonly entity: Entity;
  readonly label: string;
  /** The gravest among its inbound edges, outbound where nobody calls it. */
  readonly verdict: Verdict;
  readonly healthBefore: Health;
  readonly healthAfter: Health;
  /** The node's own numbers of the signals in which one of these edges changed; not tested themselves. */
  readonly signals: readonly SignalChange[];
}

/** A compared window as it was answered. */
export interface DeltaWindow extends TimeWindow {
  readonly coveredSeconds: number;
  readonly settled: boolean;
}

/** The difference between the graphs of two windows. Lists are deterministic: the same rows give the same bytes. */
export interface GraphDelta {
  readonly type: GraphType;
  readonly before: DeltaWindow;
  readonly after: DeltaWindow;
  readonly falseDiscoveryRate: number;
  readonly tests: number;
  /** Added, gone, changed: the most traffic at stake first. */
  readonly edges: readonly EdgeDelta[];
  /** Added, gone, changed, and the ends of `edges`; by id. */
  readonly nodes: readonly NodeDelta[];
  readonly unchangedEdges: readonly string[];
  /** In both windows, with a difference that the data is too thin or too uneven to judge. */
  readonly undecidedEdges: readonly string[];
  readonly unchangedNodes: readonly string[];
  readonly partial: readonly string[];
}
