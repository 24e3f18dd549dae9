import { Measured } from '@orrery/collectors/model/edge-traffic';
import type { ToldEdge } from './display-edge.ts';
import { tellHeard, type Choice } from './merge-edge.ts';
import { rowsOf } from './merge-sides.ts';
import { speakingSide } from './voice.ts';

/** For how many requests one of those that were seen stands, by who speaks for an edge: 1 where all were counted, more of sampled traces. */
export function requestWeight({ voices, lastResort }: ToldEdge, choice: Choice): number {
  let seen = 0, estimated = 0;
  tellHeard(voices, lastResort, choice, Measured.requests, (voice) => {
    const side = speakingSide(voice, Measured.requests);
    if (side === null) return;
    for (const row of rowsOf(voice, side)) {
      if ((row.measured & Measured.requests) === 0) continue;
      seen += row.requests;
      estimated += row.requestsEstimated;
    }
  });
  return seen > 0 ? estimated / seen : 1;
}
