import type { EdgeWitness } from './orrery-edges.ts';
import type { Unscraped } from './unscraped.ts';
import type { Reach } from './window-edges.ts';

/** Why two numbers differ. */
export const Cause = {
  extrapolation: 'extrapolation', firstSample: 'firstSample', counterReset: 'counterReset', windowEdges: 'windowEdges', coverage: 'coverage',
  sourceSide: 'sourceSide', doubleCount: 'doubleCount', rounding: 'rounding', otherInstrument: 'otherInstrument', sampling: 'sampling', unscrapedTarget: 'unscrapedTarget', throughWaypoint: 'throughWaypoint',
} as const;
export type Cause = (typeof Cause)[keyof typeof Cause];

/** One step from their number to ours. */
export interface Reason { readonly cause: Cause; readonly amount: number; readonly text: string }

/** A number on both sides with all that is known of how each came about. */
export interface DifferenceFacts {
  readonly ours: number;
  readonly theirs: number;
  readonly windowSeconds: number;
  readonly coveredSeconds: number;
  /** Seconds between two scrapes on their side and on ours, together. */
  readonly intervalSeconds: number;
  readonly witness: EdgeWitness | null;
  /** Seconds of the window in which their Prometheus scraped these proxies. */
  readonly theirSeconds?: number;
  /** What they may have counted by scraping at other moments; null where that was not asked for. */
  readonly reach: Reach | null;
  /** What Orrery's own scrapes of this edge's proxies missed. */
  readonly unscraped?: Unscraped | null;
  /** Of their Prometheus: what `increase` adds to the growth of the samples, first samples of new series, how often a proxy's counters were reset. */
  readonly extrapolated?: number;
  readonly first?: number;
  readonly resets?: number;
  /** Kiali: how far its rounded rates may be off. */
  readonly resolution?: number;
  /** Kiali: of an edge between namespaces it tells what the source counted; null where that is not known. */
  readonly atSource?: number | null;
  /** Kiali: of other edges it adds what the source alone saw. */
  readonly addsClientOutcomes?: boolean;
}

/** Whether two numbers agree, else the way from theirs to ours. */
export interface Verdict {
  readonly agrees: boolean;
  readonly reasons: readonly Reason[];
  /** What no reason covers; 0 where all is explained. */
  readonly unexplained: number;
}

/** Rates are told with four significant digits, and a count may fall on either side of a boundary. */
export function agreeWithin(number: number): number {
  return 1 + Math.abs(number) * 0.001;
}

/** What would be told as 0. */
const leastTold = 0.05;

/**
 * Walks from their number to ours, reason by reason. Each reason takes no more than it can account for, and what is left
 * at the end is unexplained.
 */
export function explainDifference(facts: DifferenceFacts): Verdict {
  const { ours, theirs, windowSeconds, coveredSeconds, witness } = facts;
  const slack = agreeWithin(Math.max(ours, theirs));
  let gap = ours - theirs;
  if (Math.abs(gap) <= slack) return { agrees: true, reasons: [], unexplained: 0 };
  const reasons: Reason[] = [];
  /** Takes up to `most` of the gap, where it lies in the given direction. */
  const take = (cause: Cause, most: number, direction: 1 | -1 | 0, text: string): void => {
    if (Math.abs(gap) <= slack || most < leastTold || (direction !== 0 && Math.sign(gap) !== direction)) return;
    const amount = Math.sign(gap) * Math.min(Math.abs(gap), most);
    reasons.push({ cause, amount, text });
    gap -= amount;
  };

  const other = witness?.instruments.filter((name) => name !== 'proxy') ?? [];
  if (other.length > 0) take(Cause.otherInstrument, Infinity, 0, `here ${other.join(', ')} tells of it, not the proxies' metrics`);
  if (witness && witness.sampleRate > 1.01) take(Cause.sampling, Infinity, 0, `here estimated from 1 in ${Math.round(witness.sampleRate)} traces`);
  if (facts.atSource !== undefined && facts.atSource !== null) {
    const by = ours - facts.atSource;
    take(Cause.sourceSide, Math.abs(by), by > 0 ? 1 : -1, `between namespaces Kiali tells what the source counted: ${round(facts.atSource)} by what Orrery knows of that side`);
  }
  if (facts.addsClientOutcomes) take(Cause.doubleCount, witness?.clientOutcomes ?? 0, -1, 'Kiali adds what the source alone saw (timeouts, cancelled requests) to requests that the destination counted already');
  if (facts.extrapolated !== undefined && (facts.resets ?? 0) === 0) {
    take(Cause.extrapolation, Math.abs(facts.extrapolated), facts.extrapolated > 0 ? -1 : 1, `increase() extrapolates to the ends of the window: its samples grew by ${round(theirs - facts.extrapolated)}`);
  }
  if (facts.unscraped) {
    const missed = theirs * Math.min(1, facts.unscraped.seconds / windowSeconds);
    take(Cause.unscrapedTarget, missed + 3 * Math.sqrt(missed), -1, facts.unscraped.text);
  }
  if (facts.theirSeconds !== undefined && facts.theirSeconds < windowSeconds) take(Cause.coverage, ours * (1 - facts.theirSeconds / windowSeconds), 1, `their Prometheus scraped these proxies in ${round(facts.theirSeconds)} of ${round(windowSeconds)} s`);
  if (facts.first !== undefined) take(Cause.firstSample, facts.first, 1, 'increase() counts nothing of the first sample of a series that appears in the window');
  if ((facts.resets ?? 0) > 0) take(Cause.counterReset, lostAtResets(facts) + slack, 0, `${facts.resets} counter resets: what grew between the last sample and the reset is seen by neither, at different times`);
  if (facts.resolution !== undefined) take(Cause.rounding, facts.resolution, 0, 'Kiali rounds rates to two decimals');
  if (coveredSeconds < windowSeconds) take(Cause.coverage, theirs * (1 - coveredSeconds / windowSeconds), -1, `here data covers ${round(coveredSeconds)} of ${round(windowSeconds)} s`);
  // Small by nature: a gap that is larger has another reason, and this one does not make it smaller.
  const atEdges = facts.reach === null ? 0 : gap > 0 ? ours - facts.reach.low : facts.reach.high - ours;
  if (Math.abs(gap) <= atEdges + slack) take(Cause.windowEdges, atEdges, 0, `the two scrape at different moments: by the rates here at the ends of the window it may tell ${round(Math.max(0, facts.reach?.low ?? ours))} to ${round(facts.reach?.high ?? ours)}`);
  return { agrees: false, reasons, unexplained: Math.abs(gap) <= slack ? 0 : gap };
}

/**
 * What the one may have lost more than the other where proxies started anew: of each time what grew since the last scrape. By the
 * lesser number, as what is left of the window without that time: by the larger one, a reset that was counted as a jump would
 * make room for itself.
 */
function lostAtResets({ ours, theirs, resets = 0, intervalSeconds, windowSeconds }: DifferenceFacts): number {
  const lost = Math.min(resets * intervalSeconds, windowSeconds / 2);
  return (Math.min(ours, theirs) * lost) / Math.max(1, windowSeconds - lost);
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
