import type { EdgeActivity } from './activity.ts';
import { leastObservations, leastSteps, type ComparedSignal } from './signals.ts';
import { compareLatencies, totals, type SteppedHistogram } from './stats/mann-whitney.ts';
import { compareProportions, sum } from './stats/proportions.ts';
import { compareMeans, compareRates } from './stats/rates.ts';

/** How a signal of one edge compares; `pValue` null where nothing can be tested, and then why. */
export interface Tested { readonly pValue: number | null; readonly reason: string }

/** An edge in one window. */
export interface ActivityIn { readonly activity: EdgeActivity; readonly stepSeconds: number }

/** Vargha and Delaney call a superiority of 0.56 small; what is smaller is not told. */
const leastSuperiority = 0.06;

/** Tests one signal of one edge in two windows. Pure and symmetric: swapping the windows gives the same p. */
export function testSignal(signal: ComparedSignal, before: ActivityIn, after: ActivityIn): Tested {
  const [a, b] = [before.activity, after.activity];
  const teller = tellerOf[signal];
  if (a.tellers[teller] !== b.tellers[teller]) return { pValue: null, reason: 'told by different instruments, sides or histogram layouts' };
  const [seenBefore, seenAfter] = [observations(signal, a), observations(signal, b)];
  const least = leastObservations[signal];
  const enough = signal === 'requests' || signal === 'connections' ? Math.max(seenBefore, seenAfter) : Math.min(seenBefore, seenAfter);
  if (enough < least) return { pValue: null, reason: `too little traffic: ${Math.floor(enough)} observed, ${least} needed` };
  if (Math.min(a.requests.length, b.requests.length) < leastSteps) return { pValue: null, reason: `the window is too short to tell how the traffic varies: ${leastSteps} steps are needed` };
  return p(signal, before, after);
}

function p(signal: ComparedSignal, before: ActivityIn, after: ActivityIn): Tested {
  const [a, b] = [before.activity, after.activity];
  const [t1, t2] = [before.stepSeconds, after.stepSeconds];
  const value = (pValue: number): Tested => ({ pValue, reason: '' });
  switch (signal) {
    case 'requests': return value(compareRates(a.requests, t1, b.requests, t2));
    case 'connections': return value(compareRates(a.connections, t1, b.connections, t2));
    case 'bytes': return value(compareMeans(a.bytes, t1, b.bytes, t2));
    case 'errorRatio': return value(compareProportions({ hits: a.errors, trials: a.requests }, { hits: b.errors, trials: b.requests }));
    case 'clientErrors': return value(compareProportions({ hits: a.clientErrors, trials: a.asked }, { hits: b.clientErrors, trials: b.asked }));
    case 'mtlsShare': return value(compareProportions({ hits: [a.secured], trials: [a.judged] }, { hits: [b.secured], trials: [b.judged] }));
    case 'p99': return value(compareProportions(...slowShares(a.latency, b.latency)));
    case 'p50': {
      const shift = compareLatencies(a.latency, b.latency);
      return Math.abs(shift.superiority - 0.5) < leastSuperiority ? { pValue: 1, reason: '' } : value(shift.pValue);
    }
  }
}

const tellerOf: Readonly<Record<ComparedSignal, keyof EdgeActivity['tellers']>> = {
  requests: 'requests', errorRatio: 'requests', clientErrors: 'requests', p50: 'latency', p99: 'latency', bytes: 'bytes', connections: 'connections', mtlsShare: 'mtls',
};

function observations(signal: ComparedSignal, activity: EdgeActivity): number {
  switch (signal) {
    case 'connections': return sum(activity.connections);
    case 'mtlsShare': return activity.judged;
    case 'p50': case 'p99': return activity.latency.reduce((total, step) => total + sum(step), 0);
    case 'bytes': return Math.max(sum(activity.requests), activity.bytes.filter((bytes) => bytes > 0).length);
    case 'clientErrors': return sum(activity.asked);
    default: return sum(activity.requests);
  }
}

/**
 * Requests slower than a bound of the layout, step by step: the highest bound that at least 1 % of both windows together
 * exceed. A change of the tail is a change of that share.
 */
function slowShares(before: SteppedHistogram, after: SteppedHistogram): [{ hits: number[]; trials: number[] }, { hits: number[]; trials: number[] }] {
  const size = Math.max(0, ...[...before, ...after].map((counts) => counts.length));
  const all = totals([...before, ...after], size), n = sum(all);
  let bound = size - 1, slower = 0;
  while (bound > 0 && slower + all[bound]! < n / 100) slower += all[bound--]!;
  const cut = bound - 1;
  const share = (steps: SteppedHistogram) => ({ hits: steps.map((counts) => sum(counts.slice(cut + 1))), trials: steps.map(sum) });
  return [share(before), share(after)];
}
