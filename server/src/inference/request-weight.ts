import { Measured } from '@orrery/collectors/model/edge-traffic';
import type { DisplayEdge } from './display-edge.ts';
import { rowsOf } from './merge-sides.ts';
import { speakingVoices } from './speakers.ts';
import { speakingSide } from './voice.ts';

/** For how many requests one of those that were seen stands, by who speaks for an edge: 1 where all were counted, more of sampled traces. */
export function requestWeight(edge: DisplayEdge): number {
  let seen = 0, estimated = 0;
  for (const voice of speakingVoices(edge, Measured.requests)) {
    const side = speakingSide(voice, Measured.requests);
    if (side === null) continue;
    for (const row of rowsOf(voice, side)) {
      if ((row.measured & Measured.requests) === 0) continue;
      seen += row.requests;
      estimated += row.requestsEstimated;
    }
  }
  return seen > 0 ? estimated / seen : 1;
}
