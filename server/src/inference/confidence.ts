import { Instrument, Side } from '@orrery/collectors/model/edge-traffic';
import type { PlacedRow } from './placed-row.ts';

/** How far one instrument alone is believed: proxies count every request, flows see packets, declarations are wishes. */
const weight: Readonly<Record<Instrument, number>> = { proxy: 0.9, log: 0.85, trace: 0.7, flow: 0.6, declared: 0.3 };

/**
 * Confidence in an edge, 0 … 1:
 *
 *     (1 − Π (1 − weight of each instrument that saw it))  × 0.9 if only one side told
 *       × (0.5 + 0.5 · smaller/larger) where source and destination of one instrument disagree on the requests
 *       × 1 / (1 + log₁₀(n) / 4) where nothing but 1-in-n sampled traces told
 */
export function confidence(rows: readonly PlacedRow[]): number {
  let doubt = 1, sides = 0, sampled = Infinity, agreement = 1;
  let seen = 0;
  for (const instrument of ['proxy', 'log', 'trace', 'flow', 'declared'] as const) {
    let source = 0, destination = 0, told = false;
    for (const { row, speaks } of rows) {
      if (row.instrument !== instrument || !speaks) continue;
      told = true;
      sides |= row.side === Side.source ? 1 : row.side === Side.destination ? 2 : 3;
      if (row.side === Side.source) source += row.requests;
      else if (row.side === Side.destination) destination += row.requests;
      sampled = Math.min(sampled, instrument === Instrument.trace && row.requests > 0 ? Math.max(1, row.requestsEstimated / row.requests) : 1);
    }
    if (!told) continue;
    seen++;
    doubt *= 1 - weight[instrument];
    if (source > 0 && destination > 0) agreement = Math.min(agreement, Math.min(source, destination) / Math.max(source, destination));
  }
  if (seen === 0) return 0;
  const oneSide = sides === 3 ? 1 : 0.9;
  const sampling = Number.isFinite(sampled) ? 1 / (1 + Math.log10(sampled) / 4) : 1;
  return Math.round((1 - doubt) * oneSide * (0.5 + 0.5 * agreement) * sampling * 1000) / 1000;
}
