import type { GraphEdge, GraphNode } from '../graph.ts';

/** Signals that are tested for change: rates a second, ratios and shares 0 … 1, latencies in ms. */
export const comparedSignals = ['requests', 'errorRatio', 'clientErrors', 'p50', 'p99', 'bytes', 'connections', 'mtlsShare'] as const;
/** One of `comparedSignals`. */
export type ComparedSignal = (typeof comparedSignals)[number];

/** `changed` is a change that is neither good nor bad (more requests); `unknown` where there is too little to tell. */
export type Verdict = 'worse' | 'better' | 'changed' | 'same' | 'unknown';

type Measured = Pick<GraphEdge, 'signals'> & Partial<Pick<GraphEdge, 'clientErrorsPerSecond' | 'mtlsShare'>>;

/** The value of a signal, in the unit of the schema; null = not measured. */
export function valueOf(signal: ComparedSignal, of: Measured | GraphNode): number | null {
  const { signals } = of;
  switch (signal) {
    case 'requests': return signals.requestsPerSecond;
    case 'errorRatio': return signals.errorRatio;
    case 'clientErrors': return 'clientErrorsPerSecond' in of ? of.clientErrorsPerSecond ?? null : null;
    case 'p50': return signals.p50Ms;
    case 'p99': return signals.p99Ms;
    case 'bytes': return add(signals.bytesSentPerSecond, signals.bytesReceivedPerSecond);
    case 'connections': return signals.connectionsPerSecond;
    case 'mtlsShare': return 'mtlsShare' in of ? of.mtlsShare ?? null : null;
  }
}

/** Requests a second; connections where there are none. */
export function trafficOf(of: Measured | GraphNode): number {
  return of.signals.requestsPerSecond ?? of.signals.connectionsPerSecond ?? 0;
}

/** Smallest factor between two rates or latencies that is worth telling, whatever the counts. */
const leastFactor: Readonly<Record<'requests' | 'connections' | 'bytes' | 'p50' | 'p99', number>> = { requests: 1.25, connections: 1.25, bytes: 1.5, p50: 1.2, p99: 1.25 };
/** … between two latencies in milliseconds: below it the histogram's own bounds decide. */
const leastMs = 1;
/** … between two shares: this much, or half of it if the share at least doubles. */
const leastShare = 0.01;
const leastMtlsShare = 0.05;

/** Whether a difference is large enough to be told, if it is real. Symmetric in before and after. */
export function isLarge(signal: ComparedSignal, before: number, after: number, traffic: number): boolean {
  const low = Math.min(before, after), high = Math.max(before, after), difference = high - low;
  switch (signal) {
    case 'errorRatio': return largeShare(low, high);
    case 'clientErrors': return traffic > 0 && largeShare(low / traffic, high / traffic);
    case 'mtlsShare': return difference >= leastMtlsShare;
    case 'p50': case 'p99': return difference >= leastMs && high >= low * leastFactor[signal];
    default: return difference > 0 && high >= low * leastFactor[signal];
  }
}

function largeShare(low: number, high: number): boolean {
  return high - low >= leastShare || (high - low >= leastShare / 2 && high >= 2 * low);
}

/**
 * Whether a signal could be told at all, from what both windows hold together, whichever way it is divided between them:
 * only such a signal is a hypothesis. Choosing by the whole does not bias the tests (independent filtering, Bourgon,
 * Gentleman & Huber 2010), and sparing the rest leaves power: most edges never fail.
 * @param seen observations in both windows
 */
export function couldBeTold(signal: ComparedSignal, before: number, after: number, seen: readonly [number, number]): boolean {
  const least = leastObservations[signal];
  if (signal === 'requests' || signal === 'connections') return seen[0] + seen[1] >= least;
  if (signal === 'bytes') return true;
  if (Math.min(...seen) < least) return false;
  if (signal !== 'errorRatio') return true;
  return (before * seen[0] + after * seen[1]) / Math.min(...seen) >= leastShare / 2;
}

/** Observations in each window below which nothing is said. */
export const leastObservations: Readonly<Record<ComparedSignal, number>> = {
  requests: 10, errorRatio: 20, clientErrors: 20, p50: 50, p99: 500, bytes: 10, connections: 10, mtlsShare: 20,
};

/** Steps in each window below which the variation of the traffic cannot be told. */
export const leastSteps = 6;

/** What a rise of the signal means. */
const riseMeans: Readonly<Record<ComparedSignal, Verdict>> = {
  requests: 'changed', bytes: 'changed', connections: 'changed', errorRatio: 'worse', clientErrors: 'worse', p50: 'worse', p99: 'worse', mtlsShare: 'better',
};

/** The verdict on a significant difference. */
export function verdictOf(signal: ComparedSignal, before: number, after: number): Verdict {
  const rise = riseMeans[signal];
  if (after >= before || rise === 'changed') return rise;
  return rise === 'worse' ? 'better' : 'worse';
}

/** The gravest first. */
const gravity: readonly Verdict[] = ['worse', 'changed', 'better', 'unknown', 'same'];

/** Of several verdicts the one to show; `same` of none. */
export function gravest(verdicts: readonly Verdict[]): Verdict {
  return gravity.find((one) => verdicts.includes(one)) ?? 'same';
}

function add(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}
