import { Instrument, Side } from '@orrery/collectors/model/edge-traffic';
import type { SaidRow } from './placed-row.ts';
import { instrumentOrder, rank } from './voice.ts';

/** How far one instrument alone is believed: proxies count every request, flows see packets, declarations are wishes. */
const weight: Readonly<Record<Instrument, number>> = { proxy: 0.9, log: 0.85, trace: 0.7, flow: 0.6, declared: 0.3 };

/** What is left to doubt where an instrument tells, by its rank. */
const doubts = Float64Array.from(instrumentOrder, (instrument) => 1 - weight[instrument]);

/** Requests that the sides of each instrument told of, reused from edge to edge. */
const source = new Float64Array(instrumentOrder.length), destination = new Float64Array(instrumentOrder.length);

/**
 * Confidence in an edge, 0 … 1:
 *
 *     (1 − Π (1 − weight of each instrument that saw it))  × 0.9 if only one side told
 *       × (0.5 + 0.5 · smaller/larger) where source and destination of one instrument disagree on the requests
 *       × 1 / (1 + log₁₀(n) / 4) where nothing but 1-in-n sampled traces told
 */
export function confidence(rows: readonly SaidRow[]): number {
  for (let place = 0; place < source.length; place++) source[place] = destination[place] = 0;
  let told = 0, sides = 0, sampled = Infinity;
  for (const { row, speaks } of rows) {
    if (!speaks) continue;
    const { instrument, side, requests } = row, place = rank[instrument];
    told |= 1 << place;
    sides |= side === Side.source ? 1 : side === Side.destination ? 2 : 3;
    if (side === Side.source) source[place]! += requests;
    else if (side === Side.destination) destination[place]! += requests;
    sampled = Math.min(sampled, instrument === Instrument.trace && requests > 0 ? Math.max(1, row.requestsEstimated / requests) : 1);
  }
  if (told === 0) return 0;
  let doubt = 1, agreement = 1;
  for (let place = 0; place < doubts.length; place++) {
    if ((told & (1 << place)) === 0) continue;
    doubt *= doubts[place]!;
    const from = source[place]!, to = destination[place]!;
    if (from > 0 && to > 0) agreement = Math.min(agreement, Math.min(from, to) / Math.max(from, to));
  }
  const oneSide = sides === 3 ? 1 : 0.9;
  const sampling = sampled > 1 && Number.isFinite(sampled) ? 1 / (1 + Math.log10(sampled) / 4) : 1;
  return Math.round((1 - doubt) * oneSide * (0.5 + 0.5 * agreement) * sampling * 1000) / 1000;
}
