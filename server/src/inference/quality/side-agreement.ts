import { Measured } from '@orrery/collectors/model/edge-traffic';
import type { DisplayEdge } from '../display-edge.ts';
import type { EdgeWindow } from '../ports.ts';
import { outcomeOf } from '../response-outcome.ts';
import { measures, type Voice } from '../voice.ts';

/** What the two sides of one instrument counted of one edge, over the window. */
export interface TwoSides {
  readonly source: number;
  readonly destination: number;
  /** Of the source's, those whose flags say that they never left: the destination cannot have them. */
  readonly stayed: number;
  /** Of the source's, those that ended in an outcome of its own (UT, UC, DC, …): the destination may have them or not. */
  readonly ownOutcomes: number;
  /** Further attempts that the source made: the destination may count each. */
  readonly retries: number;
}

/** A disagreement that nothing explains: `by` requests beyond what may differ. */
export interface Disagreement { readonly by: number; readonly allowed: number }

/** Where the usual scrape is slower than the tier's step, a count may belong to the interval beside the window. */
const usualIntervalSeconds = 15;

/** The first instrument by precedence that counted requests on both sides of an edge; null if none did. */
export function twoSidesOf({ voices }: Pick<DisplayEdge, 'voices'>): TwoSides | null {
  const both = voices.filter((voice) => measures(voice.source, Measured.requests) && measures(voice.destination, Measured.requests));
  const instrument = both[0]?.instrument;
  if (instrument === undefined) return null;
  let source = 0, destination = 0, stayed = 0, ownOutcomes = 0, retries = 0;
  for (const voice of both.filter((one) => one.instrument === instrument)) {
    source += total(voice.source);
    destination += total(voice.destination);
    const told = outcomesOf(voice);
    stayed += told.stayed;
    ownOutcomes += told.own;
    for (const row of voice.source) retries += Math.max(0, row.attempts - row.requests);
  }
  return { source, destination, stayed, ownOutcomes, retries };
}

/**
 * Null where the sides agree. Of n requests either side may be off by 3 √n by chance and by what one scrape interval holds
 * at each end of the window, because the two proxies are not scraped at the same moment.
 */
export function disagreementOf({ source, destination, stayed, ownOutcomes, retries }: TwoSides, seconds: number, step: number): Disagreement | null {
  const most = Math.max(source, destination);
  const error = 3 * Math.sqrt(most) + countingError(most, seconds, step);
  const left = source - stayed;
  const excess = destination - left > retries ? destination - left - retries : left - destination > ownOutcomes ? left - destination - ownOutcomes : 0;
  return excess > error ? { by: excess, allowed: error } : null;
}

/** What a count of n requests may be off because its scrapes do not begin and end with the window. */
export function countingError(requests: number, seconds: number, step: number): number {
  return (requests * 2 * Math.max(step, usualIntervalSeconds)) / Math.max(1, seconds);
}

function outcomesOf(voice: Voice): { stayed: number; own: number } {
  const failedThere = new Map<string, number>();
  for (const row of voice.destination) for (const [key, count] of row.responses) if (outcomeOf(key).connectFailed) failedThere.set(key, (failedThere.get(key) ?? 0) + count);
  let stayed = 0, own = 0;
  for (const row of voice.source) {
    const weight = row.requests > 0 ? row.requestsEstimated / row.requests : 1;
    for (const [key, count] of row.responses) {
      const { kind, flags, neverLeft, connectFailed } = outcomeOf(key);
      if (flags === '' || (kind !== 'http' && kind !== 'grpc')) continue;
      if (neverLeft) stayed += count * weight;
      else if (connectFailed) stayed += Math.max(0, count - (failedThere.get(key) ?? 0)) * weight;
      else own += count * weight;
    }
  }
  return { stayed, own };
}

function total(rows: readonly EdgeWindow[]): number {
  return rows.reduce((sum, row) => sum + ((row.measured & Measured.requests) !== 0 ? row.requestsEstimated : 0), 0);
}
