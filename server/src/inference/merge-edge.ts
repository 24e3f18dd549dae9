import { Measured, Side, type Instrument } from '@orrery/collectors/model/edge-traffic';
import { addBytes, addConnections, addDrops, addLatency, addOpenConnections, addRequests } from './merge-sides.ts';
import { addSecurity } from './security.ts';
import type { TrafficSum } from './traffic-sum.ts';
import { measures, rank, speakingSide, type Voice } from './voice.ts';

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

/** Who is to speak, for each of `signals` in order: an instrument, or nobody. */
export interface Choice {
  readonly instruments: readonly (Instrument | null)[];
  /** Bits of the signals that only voices without a service measure. */
  readonly lastResort: number;
}

/**
 * Chooses for each signal the first instrument by precedence that measures it. `lastResort` are voices without a service,
 * heard only where nobody else measures the signal.
 */
export function chooseInstruments(voices: readonly Voice[], lastResort: readonly Voice[]): Choice {
  let unheard = 0;
  const instruments = signals.map(({ bit }) => {
    const first = firstToMeasure(voices, bit);
    if (first !== null || lastResort.length === 0) return first;
    unheard |= bit;
    return firstToMeasure(lastResort, bit);
  });
  return { instruments, lastResort: unheard };
}

/**
 * Adds up a displayed edge by a choice: for each signal the chosen instrument in all its voices (one for each pair and
 * service behind the edge); no signal is ever summed across instruments (rule 1).
 */
export function mergeEdge(sum: TrafficSum, voices: readonly Voice[], lastResort: readonly Voice[], choice: Choice): void {
  for (let i = 0; i < signals.length; i++) {
    const signal = signals[i]!, instrument = choice.instruments[i]!;
    if (instrument === null) continue;
    for (const voice of (choice.lastResort & signal.bit) !== 0 ? lastResort : voices) {
      if (voice.instrument !== instrument || (voice.measured & signal.bit) === 0) continue;
      signal.add(sum, voice);
    }
  }
}

/** The voices that a choice hears of a signal: of those told apart, or else of the rest, the chosen instrument's. */
export function tellHeard(voices: readonly Voice[], lastResort: readonly Voice[], choice: Choice, bit: number, tell: (voice: Voice) => void): void {
  const instrument = choice.instruments[signals.findIndex((signal) => signal.bit === bit)]!;
  for (const voice of (choice.lastResort & bit) !== 0 ? lastResort : voices) {
    if (voice.instrument === instrument && (voice.measured & bit) !== 0) tell(voice);
  }
}

/** Who is heard by a choice: of each signal the chosen instrument's voices, by the side that speaks. */
export function speakersFor(voices: readonly Voice[], lastResort: readonly Voice[], choice: Choice): Speaker[] {
  const speakers: Speaker[] = [];
  signals.forEach((signal, i) => {
    for (const voice of (choice.lastResort & signal.bit) !== 0 ? lastResort : voices) {
      if (voice.instrument === choice.instruments[i] && (voice.measured & signal.bit) !== 0) speakers.push(...speakersOf(signal, voice));
    }
  });
  return speakers;
}

function firstToMeasure(voices: readonly Voice[], bit: number): Instrument | null {
  let best: Voice | null = null;
  for (const voice of voices) {
    if ((voice.measured & bit) !== 0 && (best === null || rank[voice.instrument] < rank[best.instrument])) best = voice;
  }
  return best?.instrument ?? null;
}

function speakersOf(signal: Signal, voice: Voice): Speaker[] {
  const side = speakingSide(voice, signal.bit);
  if (side === null) return [];
  const speaker = (name: string, side: Side): Speaker => ({ signal: name, instrument: voice.instrument, side, feed: voice[side][0]?.feed ?? '' });
  // What was dropped on one side never reached the other: all of them are told.
  if (signal.bit === Measured.drops) return sidesMeasuring(voice, signal.bit).map((one) => speaker(signal.name, one));
  const speakers = [speaker(signal.name, side)];
  if (side === 'source' || voice.source.length === 0) return speakers;
  if (signal.bit === Measured.requests) speakers.push(speaker('clientErrors', 'source'));
  if (signal.bit === Measured.connections && voice.source.some((row) => row.connectionsFailed > 0)) speakers.push(speaker('connectionFailures', 'source'));
  if (signal.bit === Measured.latency) speakers.push(speaker('clientLatency', 'source'));
  return speakers;
}

function sidesMeasuring(voice: Voice, bit: number): Side[] {
  return ([Side.destination, Side.middle, Side.source] as const).filter((side) => measures(voice[side], bit));
}
