import type { TimeWindow } from '@orrery/collectors/model/time-window';
import { NodeSums } from './build-nodes.ts';
import type { ToldEdge } from './display-edge.ts';
import type { Drawing, DrawnEdge } from './draw-graph.ts';
import type { GraphType, ServiceGraph } from './graph.ts';
import { healthOf } from './health/edge-health.ts';
import { worst, type HealthJudge, type Verdict } from './health/rate-health.ts';
import { mergeEdge } from './merge-edge.ts';
import type { BucketRange, EdgeWindow } from './ports.ts';
import type { TrafficSum } from './traffic-sum.ts';

/** A window is settled this long after its end (rule 8). */
const settleSeconds = 300;

/** What is measured of a drawing. */
export interface Measurable<E extends ToldEdge> extends Pick<Drawing<E>, 'order' | 'called' | 'unresolved'> {
  /** An edge by its index, good until the next is asked for. */
  readonly edge: (i: number) => DrawnEdge<E>;
}

/**
 * Adds up and judges every edge of a drawing, steps 6 and 7 of `load-graph.ts`, and returns what its nodes come to.
 * @param sum holds the edge at hand: take numbers out of it
 * @param tell is told of each edge, and which it is
 * @param nodes empty, of the same drawing if of any
 */
export function measureGraph<E extends ToldEdge>(drawing: Measurable<E>, type: GraphType, judge: HealthJudge, sum: TrafficSum, tell: (drawn: DrawnEdge<E>, verdict: Verdict, i: number) => void, nodes = new NodeSums(drawing.called)): NodeSums {
  for (let n = 0; n < drawing.order.length; n++) {
    const i = drawing.order[n]!, drawn = drawing.edge(i);
    sumEdge(drawn, sum);
    tell(drawn, judgeEdge(drawn, judge, sum), i);
    nodes.addEdge(drawn.source, drawn.destination, drawn.edge, sum);
  }
  for (const [entity, rows] of drawing.unresolved) nodes.addUnresolved(entity, type, requestsOf(rows));
  return nodes;
}

/** Puts what an edge comes to into `sum`. */
export function sumEdge({ edge, choice }: DrawnEdge<ToldEdge>, sum: TrafficSum): void {
  sum.clear();
  mergeEdge(sum, edge.voices, edge.lastResort, choice);
}

/**
 * The worse of what its two ends saw. What mostly the callers saw stands beside the requests and is none of their errors
 * (rule 2): the reason says whose number it is, `19.4 % 5xx at caller`, or the two would contradict each other.
 */
export function judgeEdge({ edge }: DrawnEdge<ToldEdge>, judge: HealthJudge, sum: TrafficSum): Verdict {
  const served = healthOf(judge, edge.destination.entity, 'inbound', sum), got = healthOf(judge, edge.source.entity, 'outbound', sum);
  const verdict = worst(served, got);
  return verdict === got && got.reason !== '' && sum.clientErrors > sum.errors ? { ...got, reason: `${got.reason} at caller` } : verdict;
}

/** What could not become part of the numbers. */
export function qualityOf(drawing: Pick<Drawing, 'unresolved' | 'unattributed' | 'unnamedEdges'>, partial: readonly string[]): ServiceGraph['quality'] {
  let unresolved = 0;
  for (const rows of drawing.unresolved.values()) unresolved += requestsOf(rows);
  return { unattributed: drawing.unattributed, unresolved, unnamedEdges: drawing.unnamedEdges, partial: [...partial] };
}

/** @param now Unix seconds */
export function isSettled(window: TimeWindow, now: number): boolean {
  return now >= window.to + settleSeconds;
}

/** The range that rows span. */
export function bucketRange(rows: readonly Pick<EdgeWindow, 'firstBucket' | 'lastBucket'>[]): BucketRange {
  let first = Infinity, last = -Infinity;
  for (const row of rows) {
    first = Math.min(first, row.firstBucket);
    last = Math.max(last, row.lastBucket);
  }
  return { first, last };
}

/** Both ranges together. */
export function unitedRange(a: BucketRange, b: BucketRange): BucketRange {
  return { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) };
}

/** A live window's clock stands still for this share of it. */
const clockShare = 1 / 60;

/**
 * Seconds of the window that have data: rates of a mesh that was first seen a minute ago are per that minute. Its first
 * bucket may be of an hour in which data began late: `began` says when, where that is known. While the
 * window's last step runs, its clock moves on by a sixtieth of the time covered, a step at most, and stands in the middle of
 * that: rates are at most 1 % off, and those of edges without new data do not all change with every second.
 */
export function coveredSeconds({ first, last }: BucketRange, window: TimeWindow, now: number, began: number | null = null): number {
  if (first === Infinity) return 0;
  const from = Math.max(window.from, first, began ?? first), end = Math.min(window.to, last + window.step);
  if (now >= end) return Math.max(1, end - from);
  const stride = Math.min(window.step, (end - from) * clockShare);
  return Math.max(1, Math.min(end, Math.max(last + 1, (Math.floor(now / stride) + 0.5) * stride)) - from);
}

function requestsOf(rows: readonly EdgeWindow[]): number {
  let requests = 0;
  for (const row of rows) requests += row.requests;
  return requests;
}
