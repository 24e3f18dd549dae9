import { Instrument, Measured, type Side } from '@orrery/collectors/model/edge-traffic';
import type { DisplayEdge } from '../display-edge.ts';
import type { EdgeWindow } from '../ports.ts';
import { measures, type Voice } from '../voice.ts';
import { countingError } from './side-agreement.ts';

/** One edge as proxies counted it and as traces tell of it, over the window. */
export interface TracedCount {
  /** Requests that proxies, or their access logs, counted one by one. */
  readonly exact: number;
  /** What sampled traces stand for, of the same requests. */
  readonly estimated: number;
  /** Spans behind the estimate. */
  readonly spans: number;
}

/** What the estimates of all edges miss, and what they have too much. */
export interface TraceReconciliation {
  /** Edges that both tell of, and those of them where the two agree within the error of sampling. */
  readonly edges: number;
  readonly agreeing: number;
  readonly exact: number;
  readonly estimated: number;
  /** Shares, 0 to 1, of the exact requests: what no estimate accounts for, and what estimates have beyond them. */
  readonly unmatchedShare: number;
  readonly excessShare: number;
}

/** Null where traces or exact counts of an edge are missing: then there is nothing to compare. */
export function tracedCountOf(edge: Pick<DisplayEdge, 'voices'>): TracedCount | null {
  const { exact, traced } = tellersOf(edge);
  if (exact.length === 0 || traced.length === 0) return null;
  const side = sideOfBoth(exact, traced);
  const rows = rowsAt(traced, side);
  return { exact: sumOf(rowsAt(exact, side), 'requestsEstimated'), estimated: sumOf(rows, 'requestsEstimated'), spans: sumOf(rows, 'requests') };
}

/**
 * What the traces of one side come to, as a share of what was counted there exactly (where nobody counted there, of what the
 * best side did): 0.97 leaves 3 % unexplained, 1.02 is 2 % too many. Null where there is nothing to compare.
 */
export function shareOfExact(edge: Pick<DisplayEdge, 'voices'>, side: Side): number | null {
  const { exact, traced } = tellersOf(edge);
  if (!traced.some((voice) => measures(voice[side], Measured.requests))) return null;
  const counted = sumOf(rowsAt(exact, exact.some((voice) => measures(voice[side], Measured.requests)) ? side : null), 'requestsEstimated');
  return counted > 0 ? sumOf(rowsAt(traced, side), 'requestsEstimated') / counted : null;
}

/**
 * By how many requests an estimate is too low (below 0: too high), beyond what may be: 3 standard errors of sampled counts
 * (w √n of n spans that stand for w each; Poisson), and the counting error of scrapes.
 */
export function unmatchedOf({ exact, estimated, spans }: TracedCount, seconds: number, step: number): number {
  const apart = exact - estimated, weight = spans > 0 ? estimated / spans : 1;
  const error = 3 * weight * Math.sqrt(spans) + countingError(exact, seconds, step);
  return Math.abs(apart) > error ? apart : 0;
}

/** Null where no edge was told by both. */
export function reconcile(counts: readonly TracedCount[], seconds: number, step: number): TraceReconciliation | null {
  if (counts.length === 0) return null;
  let exact = 0, estimated = 0, missing = 0, excess = 0, agreeing = 0;
  for (const count of counts) {
    const apart = unmatchedOf(count, seconds, step);
    exact += count.exact;
    estimated += count.estimated;
    missing += Math.max(0, apart);
    excess += Math.max(0, -apart);
    if (apart === 0) agreeing++;
  }
  const share = (part: number): number => (exact > 0 ? part / exact : 0);
  return { edges: counts.length, agreeing, exact, estimated, unmatchedShare: share(missing), excessShare: share(excess) };
}

/** Who counted an edge's requests one by one, proxies before their logs, and who estimates them from traces. */
function tellersOf({ voices }: Pick<DisplayEdge, 'voices'>): { readonly exact: readonly Voice[]; readonly traced: readonly Voice[] } {
  const telling = voices.filter((voice) => (voice.measured & Measured.requests) !== 0);
  const exactly = telling.some(({ instrument }) => instrument === Instrument.proxy) ? Instrument.proxy : Instrument.log;
  return { exact: telling.filter(({ instrument }) => instrument === exactly), traced: telling.filter(({ instrument }) => instrument === Instrument.trace) };
}

/** The best side that both have; the sides of each that speak where they have none in common. */
function sideOfBoth(exact: readonly Voice[], traced: readonly Voice[]): Side | null {
  const has = (voices: readonly Voice[], side: Side): boolean => voices.some((voice) => measures(voice[side], Measured.requests));
  return (['destination', 'source', 'middle'] as const).find((side) => has(exact, side) && has(traced, side)) ?? null;
}

function rowsAt(voices: readonly Voice[], side: Side | null): EdgeWindow[] {
  return voices.flatMap((voice) => {
    if (side !== null) return voice[side];
    return (['destination', 'middle', 'source'] as const).map((one) => voice[one]).find((rows) => measures(rows, Measured.requests)) ?? [];
  });
}

function sumOf(rows: readonly EdgeWindow[], field: 'requests' | 'requestsEstimated'): number {
  return rows.reduce((sum, row) => sum + ((row.measured & Measured.requests) !== 0 ? row[field] : 0), 0);
}
