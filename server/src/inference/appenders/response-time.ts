import { Measured } from '@orrery/collectors/model/edge-traffic';
import type { DisplayEdge } from '../display-edge.ts';
import type { ResponseTime } from '../graph.ts';
import { LatencySum } from '../merge-latency.ts';
import { rowsOf } from '../merge-sides.ts';
import { speakerOf } from './speaker.ts';

/**
 * The average and Kiali's quantiles of an edge, of one side alone: the destination's, else the middle's, else the source's.
 * Histograms are added before the quantile is taken; quantiles are never averaged. Null where no latency is measured.
 */
export function responseTime(edge: DisplayEdge): ResponseTime | null {
  const speaker = speakerOf(edge, Measured.latency);
  if (speaker === null) return null;
  const latency = new LatencySum();
  let sumMs = 0, count = 0;
  for (const voice of speaker.voices) {
    for (const row of rowsOf(voice, speaker.side)) {
      latency.add(row.layout, row.latency);
      sumMs += row.latencySumMs;
      row.latency.forEach((n) => { count += n; });
    }
  }
  if (count === 0) return null;
  const { q1, q2, q3 } = latency.quantiles(0.5, 0.95, 0.99);
  return { averageMs: sumMs > 0 ? sumMs / count : null, p50Ms: q1, p95Ms: q2, p99Ms: q3, side: speaker.side };
}
