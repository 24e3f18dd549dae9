import { Side, type Side as SideName } from '@orrery/collectors/model/edge-traffic';
import type { DisplayEdge } from '../display-edge.ts';
import { measures, rank, type Voice } from '../voice.ts';

/** The voices of the first instrument that measures a signal, and one side of them that all speak from. */
export interface EdgeSpeaker { readonly voices: readonly Voice[]; readonly side: SideName }

/** Who speaks for a signal of an edge as a whole (rule 1); the side is the first that any of the voices has it from. Null if nobody measures it. */
export function speakerOf({ voices, lastResort }: Pick<DisplayEdge, 'voices' | 'lastResort'>, bit: number): EdgeSpeaker | null {
  const heard = [voices, lastResort].map((list) => list.filter((voice) => (voice.measured & bit) !== 0)).find((list) => list.length > 0);
  if (!heard) return null;
  const first = Math.min(...heard.map((voice) => rank[voice.instrument]));
  const speaking = heard.filter((voice) => rank[voice.instrument] === first);
  const side = [Side.destination, Side.middle, Side.source].find((one) => speaking.some((voice) => measures(voice[one], bit)));
  return side === undefined ? null : { voices: speaking, side };
}
