import { operationStep } from '@orrery/collectors/model/edge-operation';
import { Measured, Side, type Instrument } from '@orrery/collectors/model/edge-traffic';
import type { ServiceGraph } from '../graph.ts';
import type { OperationWindow } from '../ports.ts';
import { TrafficSum } from '../traffic-sum.ts';
import { instrumentOrder } from '../voice.ts';

/** What was done of one operation, by one instrument. */
export interface OperationSum {
  readonly name: string;
  readonly instrument: Instrument;
  readonly sum: TrafficSum;
}

/** The operation rows of every stored edge. */
export function byStoredEdge(rows: readonly OperationWindow[]): ReadonlyMap<string, readonly OperationWindow[]> {
  const byEdge = new Map<string, OperationWindow[]>();
  for (const row of rows) {
    const list = byEdge.get(row.edgeId);
    if (list) list.push(row);
    else byEdge.set(row.edgeId, [row]);
  }
  return byEdge;
}

/**
 * The operations of some stored edges together, busiest first. By the rules of the waist: the first instrument by precedence
 * that names any operation speaks; of each stored edge the destination side, else the middle, else the source; of that side
 * one feed. A side that names operations for part of its requests alone leaves the rest without a name.
 */
export function operationsOf(rows: ReadonlyMap<string, readonly OperationWindow[]>, edgeIds: readonly string[]): OperationSum[] {
  const lists = edgeIds.map((id) => rows.get(id) ?? []);
  const instrument = instrumentOrder.find((one) => lists.some((list) => list.some((row) => row.instrument === one)));
  if (instrument === undefined) return [];
  const sums = new Map<string, TrafficSum>();
  for (const list of lists) for (const row of speakingRows(list.filter((one) => one.instrument === instrument))) add(sums, row);
  return [...sums].map(([name, sum]) => ({ name, instrument, sum }))
    .sort((a, b) => b.sum.requests - a.sum.requests || (a.name < b.name ? -1 : 1));
}

/** The job that tells operations out of spans does so when their minute is over and late spans had time to come. */
const settleSeconds: Readonly<Partial<Record<Instrument, number>>> = { trace: 30 };

/**
 * The seconds that an instrument's operations of a window are per. Operations are told by the minute: those of a window are
 * of all the minutes that it touches, as far as these are over and as the mesh had data.
 * @param now Unix seconds
 */
export function operationSeconds(instrument: Instrument, { window, coveredSeconds }: Pick<ServiceGraph, 'window' | 'coveredSeconds'>, now: number): number {
  const minuteOf = (time: number): number => time - (time % operationStep);
  const settle = settleSeconds[instrument];
  const toldUntil = settle === undefined ? now : minuteOf(now - settle);
  const end = Math.min(minuteOf(window.to + operationStep - 1), toldUntil);
  const dataFrom = Math.min(window.to, now) - coveredSeconds;
  const from = dataFrom > window.from + window.step ? Math.max(minuteOf(window.from), dataFrom) : minuteOf(window.from);
  return Math.max(1, end - from);
}

function speakingRows(rows: readonly OperationWindow[]): readonly OperationWindow[] {
  for (const side of [Side.destination, Side.middle, Side.source]) {
    const ofSide = rows.filter((row) => row.side === side);
    if (ofSide.length > 0) return ofOneFeed(ofSide);
  }
  return [];
}

/** The feed that saw most; of equals the first by name. */
function ofOneFeed(rows: readonly OperationWindow[]): readonly OperationWindow[] {
  const seen = new Map<string, number>();
  for (const { feed, requests } of rows) seen.set(feed, (seen.get(feed) ?? 0) + requests);
  const [best] = [...seen].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return seen.size < 2 ? rows : rows.filter(({ feed }) => feed === best![0]);
}

function add(sums: Map<string, TrafficSum>, row: OperationWindow): void {
  let sum = sums.get(row.operation);
  if (!sum) sums.set(row.operation, (sum = new TrafficSum()));
  const weight = row.requests > 0 ? row.requestsEstimated / row.requests : 1;
  sum.measured |= Measured.requests | (row.layout ? Measured.latency : 0);
  sum.requests += row.requestsEstimated;
  sum.errors += row.errors * weight;
  sum.latency.add(row.layout, row.latency);
}
