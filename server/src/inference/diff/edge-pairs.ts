import type { GraphEdge, ServiceGraph } from '../graph.ts';
import { comparedSignals, couldBeTold, isLarge, trafficOf, valueOf, type ComparedSignal } from './signals.ts';

/** One edge in two windows; null where it is not in one of them. */
export interface EdgePair {
  readonly id: string;
  readonly before: GraphEdge | null;
  readonly after: GraphEdge | null;
  /** Signals measured in both windows on enough traffic to be told if they changed: each is one hypothesis. */
  readonly comparable: readonly ComparedSignal[];
  /** Signals measured in both windows with a difference large enough to be told, if it is real. */
  readonly large: readonly ComparedSignal[];
  /** Requests a second that a large difference concerns, at most. */
  readonly atStake: number;
}

/** All edges of two graphs, by id. Idle edges are not there: they have no traffic. */
export function edgePairs(before: ServiceGraph, after: ServiceGraph): EdgePair[] {
  const earlier = new Map(before.edges.flatMap((edge) => (edge.isIdle ? [] : [[edge.id, edge]])));
  const seconds = [before.coveredSeconds, after.coveredSeconds] as const;
  const pairs: EdgePair[] = [];
  for (const edge of after.edges) {
    if (edge.isIdle) continue;
    pairs.push(pairOf(earlier.get(edge.id) ?? null, edge, seconds));
    earlier.delete(edge.id);
  }
  for (const edge of earlier.values()) pairs.push(pairOf(edge, null, seconds));
  return pairs.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function pairOf(before: GraphEdge | null, after: GraphEdge | null, seconds: readonly [number, number]): EdgePair {
  const id = (after ?? before)!.id;
  if (!before || !after) return { id, before, after, comparable: [], large: [], atStake: trafficOf((after ?? before)!) };
  const comparable: ComparedSignal[] = [], large: ComparedSignal[] = [];
  const traffic = Math.max(trafficOf(before), trafficOf(after));
  let atStake = 0;
  for (const signal of comparedSignals) {
    const [a, b] = [valueOf(signal, before), valueOf(signal, after)];
    if (a === null || b === null) continue;
    if (couldBeTold(signal, a, b, [trafficOf(before) * seconds[0], trafficOf(after) * seconds[1]])) comparable.push(signal);
    if (!isLarge(signal, a, b, traffic)) continue;
    large.push(signal);
    atStake = Math.max(atStake, concerned(signal, a, b, traffic));
  }
  return { id, before, after, comparable, large, atStake };
}

/** Requests a second that a difference concerns: those that came or went, those that fail or no longer do, else all. */
export function concerned(signal: ComparedSignal, before: number, after: number, traffic: number): number {
  switch (signal) {
    case 'requests': case 'connections': case 'clientErrors': return Math.min(traffic, Math.abs(after - before));
    case 'errorRatio': case 'mtlsShare': return Math.abs(after - before) * traffic;
    default: return traffic;
  }
}

/**
 * Pairs that only the steps of their traffic can decide, the most traffic at stake first: those of one window, and those
 * with a large difference on enough traffic.
 */
export function undecided(pairs: readonly EdgePair[]): EdgePair[] {
  const open = pairs.filter(({ before, after, comparable, large }) => !before || !after || large.some((signal) => comparable.includes(signal)));
  return open.sort((a, b) => b.atStake - a.atStake || (a.id < b.id ? -1 : 1));
}
