import { Measured, type Instrument, type Side } from '@orrery/collectors/model/edge-traffic';
import { addBytes, addConnections, addDrops, addLatency, addOpenConnections, addRequests } from './merge-sides.ts';
import { addSecurity } from './security.ts';
import type { TrafficSum } from './traffic-sum.ts';
import { instrumentOrder, speakingSide, type Voice } from './voice.ts';

/** A signal: which bit measures it and how a voice adds it to a sum. */
interface Signal { readonly name: string; readonly bit: number; readonly add: (sum: TrafficSum, voice: Voice) => void }

const signals: readonly Signal[] = [
  { name: 'requests', bit: Measured.requests, add: addRequests },
  { name: 'latency', bit: Measured.latency, add: addLatency },
  { name: 'bytes', bit: Measured.bytes, add: addBytes },
  { name: 'connections', bit: Measured.connections, add: addConnections },
  { name: 'openConnections', bit: Measured.openConnections, add: addOpenConnections },
  { name: 'mtls', bit: Measured.security, add: addSecurity },
  { name: 'drops', bit: Measured.drops, add: addDrops },
];

/** Who spoke for a signal. */
export interface Speaker { readonly signal: string; readonly instrument: Instrument; readonly side: Side; readonly feed: string }

/** Who is to speak for each signal: an instrument, and whether only its voices without a service measure it. */
export type Choice = ReadonlyMap<string, { readonly instrument: Instrument; readonly lastResort: boolean }>;

/**
 * Chooses for each signal the first instrument by precedence that measures it. `lastResort` are voices without a service,
 * heard only where nobody else measures the signal.
 */
export function chooseInstruments(voices: readonly Voice[], lastResort: readonly Voice[]): Choice {
  const choice = new Map<string, { instrument: Instrument; lastResort: boolean }>();
  for (const { name, bit } of signals) {
    const first = firstToMeasure(voices, bit);
    const instrument = first ?? firstToMeasure(lastResort, bit);
    if (instrument !== null) choice.set(name, { instrument, lastResort: first === null });
  }
  return choice;
}

/**
 * Adds up a displayed edge by a choice: for each signal the chosen instrument in all its voices (one for each pair and
 * service behind the edge); no signal is ever summed across instruments (rule 1).
 */
export function mergeEdge(sum: TrafficSum, voices: readonly Voice[], lastResort: readonly Voice[], choice: Choice, onSpeaker?: (speaker: Speaker) => void): void {
  for (const signal of signals) {
    const chosen = choice.get(signal.name);
    if (!chosen) continue;
    for (const voice of chosen.lastResort ? lastResort : voices) {
      if (voice.instrument !== chosen.instrument || (voice.measured & signal.bit) === 0) continue;
      signal.add(sum, voice);
      if (onSpeaker) announce(signal, voice, onSpeaker);
    }
  }
}

function firstToMeasure(voices: readonly Voice[], bit: number): Instrument | null {
  for (const instrument of instrumentOrder) {
    for (const voice of voices) if (voice.instrument === instrument && (voice.measured & bit) !== 0) return instrument;
  }
  return null;
}

function announce(signal: Signal, voice: Voice, onSpeaker: (speaker: Speaker) => void): void {
  const side = speakingSide(voice, signal.bit);
  if (side === null) return;
  const feed = (rows: Voice['source']): string => rows[0]?.feed ?? '';
  onSpeaker({ signal: signal.name, instrument: voice.instrument, side, feed: feed(voice[side]) });
  if (side === 'source' || voice.source.length === 0) return;
  if (signal.bit === Measured.requests) onSpeaker({ signal: 'clientErrors', instrument: voice.instrument, side: 'source', feed: feed(voice.source) });
  if (signal.bit === Measured.latency) onSpeaker({ signal: 'clientLatency', instrument: voice.instrument, side: 'source', feed: feed(voice.source) });
}
