import { Instrument, Side } from '@orrery/collectors/model/edge-traffic';
import { EntityKind } from '@orrery/collectors/model/entity';
import { chooseFeed } from './choose-feed.ts';
import { appended } from './few.ts';
import type { PlacedRow } from './placed-row.ts';
import type { EdgeWindow } from './ports.ts';

/** Instruments by precedence: the first that measures a signal speaks for it. */
export const instrumentOrder = [Instrument.proxy, Instrument.log, Instrument.trace, Instrument.flow, Instrument.declared] as const;

/** Place of an instrument in the order of precedence. */
export const rank: Readonly<Record<Instrument, number>> = { proxy: 0, log: 1, trace: 2, flow: 3, declared: 4 };

/** What one instrument says of one pair and service: on each side the rows of the feed that was chosen there. */
export interface Voice {
  readonly instrument: Instrument;
  readonly source: readonly EdgeWindow[];
  readonly destination: readonly EdgeWindow[];
  readonly middle: readonly EdgeWindow[];
  /** All bits of `Measured` of its rows. */
  readonly measured: number;
  /** What a topic hands on: its latency, from sending to receipt, is told by the clocks of two hosts, unlike a duration. */
  readonly fromTopic: boolean;
}

/** The voices of one pair and service, one per instrument, in order of precedence. */
export function voicesOf(rows: readonly PlacedRow[]): Voice[] {
  let voices: Voice[] | null = null;
  for (const instrument of instrumentOrder) {
    let source = none, destination = none, middle = none;
    for (const { row, speaks } of rows) {
      if (row.instrument !== instrument || !speaks) continue;
      if (row.side === Side.source) source = appended(source, row);
      else if (row.side === Side.destination) destination = appended(destination, row);
      else middle = appended(middle, row);
    }
    if (source.length + destination.length + middle.length === 0) continue;
    source = ofOneFeed(source);
    destination = ofOneFeed(destination);
    middle = ofOneFeed(middle);
    const voice = { instrument, source, destination, middle, measured: measuredBy(source) | measuredBy(destination) | measuredBy(middle), fromTopic: (source[0] ?? destination[0] ?? middle[0])?.edge?.source.kind === EntityKind.topic };
    voices = appended(voices, voice);
  }
  return voices ?? [];
}

const none: EdgeWindow[] = [];

/** The side that speaks for a signal: the destination, else a waypoint or gateway in the middle, else the source. */
export function speakingSide(voice: Voice, bit: number): Side | null {
  if (measures(voice.destination, bit)) return Side.destination;
  if (measures(voice.middle, bit)) return Side.middle;
  return measures(voice.source, bit) ? Side.source : null;
}

/** True where any row measures what `bit` of `Measured` stands for. */
export function measures(rows: readonly EdgeWindow[], bit: number): boolean {
  for (const row of rows) if ((row.measured & bit) !== 0) return true;
  return false;
}

function ofOneFeed(rows: EdgeWindow[]): EdgeWindow[] {
  if (rows.length < 2) return rows;
  const feed = chooseFeed(rows);
  return rows.filter((row) => row.feed === feed);
}

function measuredBy(rows: readonly EdgeWindow[]): number {
  let bits = 0;
  for (const row of rows) bits |= row.measured;
  return bits;
}
