import { Instrument, Intent, Measured, Side } from '@orrery/collectors/model/edge-traffic';
import { chooseFeed } from '../../../inference/choose-feed.ts';
import { sum } from '../../../inference/diff/stats/proportions.ts';
import type { EdgeWindow } from '../../../inference/ports.ts';
import { outcomeOf } from '../../../inference/response-outcome.ts';
import type { EdgeEvidence, Evidence } from '../../evidence/evidence.ts';

/** What the proxies of one side say of the requests of an edge that were addressed to one host. */
export interface SideReport {
  /** Of one instrument and feed; primary traffic. */
  readonly rows: readonly EdgeWindow[];
  readonly requests: number;
  /** By response key. */
  readonly responses: ReadonlyMap<string, number>;
}

/** Only proxies and their logs obey routes: what spans and flows say may be of callers without one. */
const instruments = [Instrument.proxy, Instrument.log] as const;
const indexes = new WeakMap<Evidence, ReadonlyMap<string, readonly EdgeWindow[]>>();

/** What the callers' proxies asked of a host by this edge, or a waypoint between; null where neither reports. */
export function askedOf(evidence: Evidence, edge: EdgeEvidence, host: string): SideReport | null {
  return sideReport(evidence, edge, host, Side.source) ?? sideReport(evidence, edge, host, Side.middle);
}

/** What arrived for a host by this edge, as the proxies of those that were called have it. */
export function arrivedOf(evidence: Evidence, edge: EdgeEvidence, host: string): SideReport | null {
  return sideReport(evidence, edge, host, Side.destination);
}

function sideReport(evidence: Evidence, { edge: { edgeIds, services } }: EdgeEvidence, host: string, side: Side): SideReport | null {
  const index = rowsByEdge(evidence), addressed = (row: EdgeWindow): boolean => row.edge?.service === host || (row.edge?.service === '' && services.length === 1);
  const told = edgeIds.flatMap((id) => index.get(id) ?? []).filter((row) => row.side === side && addressed(row));
  const instrument = instruments.find((one) => told.some((row) => row.instrument === one));
  const own = told.filter((row) => row.instrument === instrument);
  if (own.length === 0) return null;
  const feed = chooseFeed(own), rows = own.filter((row) => row.feed === feed), responses = new Map<string, number>();
  for (const row of rows) row.responses.forEach((count, key) => responses.set(key, (responses.get(key) ?? 0) + count));
  return { rows, requests: sum(rows.map(({ requests }) => requests)), responses };
}

function rowsByEdge(evidence: Evidence): ReadonlyMap<string, readonly EdgeWindow[]> {
  let index = indexes.get(evidence);
  if (index === undefined) {
    index = Map.groupBy(evidence.rows.filter(({ intent, measured }) => intent === Intent.primary && (measured & Measured.requests) !== 0), ({ edgeId }) => edgeId);
    indexes.set(evidence, index);
  }
  return index;
}

/** How many requests ended with one of these response flags. */
export function flagged({ responses }: Pick<SideReport, 'responses'>, flags: ReadonlySet<string>): number {
  let count = 0;
  responses.forEach((n, key) => { if (outcomeOf(key).flags.split(',').some((flag) => flags.has(flag))) count += n; });
  return count;
}

/** Requests for which the proxy chose no endpoint, so that nothing tells which version they were for. */
export function unplaced({ responses }: Pick<SideReport, 'responses'>): number {
  let count = 0;
  responses.forEach((n, key) => { if (outcomeOf(key).neverLeft) count += n; });
  return count;
}

/** Spreads a count over the steps of the window as the edge's traffic was; one step where that was not read. */
export function inSteps({ activity }: EdgeEvidence, count: number, of: 'requests' | 'failures' = 'requests'): readonly number[] {
  if (activity === null) return [count];
  const shapes = of === 'requests' ? [activity.asked, activity.requests] : [activity.clientErrors, activity.errors, activity.asked, activity.requests];
  const shape = shapes.find((steps) => sum(steps) > 0);
  if (shape === undefined) return [count];
  const total = sum(shape);
  return shape.map((step) => (step * count) / total);
}

/** Adds up, step by step. */
export function addSteps(lists: readonly (readonly number[])[]): number[] {
  const length = Math.max(0, ...lists.map((steps) => steps.length));
  return Array.from({ length }, (_, i) => lists.reduce((total, steps) => total + (steps[i] ?? 0), 0));
}
