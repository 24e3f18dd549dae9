import { Measured, Side, type Instrument } from '@orrery/collectors/model/edge-traffic';
import type { LatencyCounts, LatencyLayout } from '@orrery/collectors/model/latency-layout';
import type { TierStep } from '@orrery/collectors/model/time-window';
import { chooseFeed } from '../choose-feed.ts';
import type { Scope } from '../ports.ts';
import { rank } from '../voice.ts';
import type { SteppedHistogram } from './stats/mann-whitney.ts';

/** A window cut into `steps` equal steps from `from` on; all of them lie in the past and in the time that has data. */
export interface SteppedWindow {
  /** Unix seconds. */
  readonly from: number;
  /** Tier that answers it, seconds. */
  readonly step: TierStep;
  /** Seconds of one step, a multiple of the tier's. */
  readonly stepSeconds: number;
  readonly steps: number;
}

/** What one instrument on one side through one feed told of a stored edge: arrays parallel to `at`, observed counts. */
export interface StoredActivity {
  readonly edgeId: string;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly feed: string;
  readonly measured: number;
  readonly layout: LatencyLayout | null;
  /** Indexes of the steps in which it told anything, ascending. */
  readonly at: readonly number[];
  readonly requests: readonly number[];
  readonly errors: readonly number[];
  /** Of the source's requests those that never left it (rule 2), and the errors among them. */
  readonly stayed: readonly number[];
  readonly stayedErrors: readonly number[];
  readonly clientErrors: readonly number[];
  readonly bytes: readonly number[];
  readonly connections: readonly number[];
  readonly latency: readonly LatencyCounts[];
  /** Over the whole window: requests where any were judged, else connections. */
  readonly secured: number;
  readonly plaintext: number;
}

/** Reads how traffic came step by step: what significance is judged by. Primary traffic only. */
export interface ActivityReader {
  activity(scope: Scope, window: SteppedWindow, edgeIds: readonly string[]): Promise<readonly StoredActivity[]>;
}

/** What one edge of the graph did, step by step, by those who speak for it. Observed counts, not corrected for sampling. */
export interface EdgeActivity {
  readonly requests: readonly number[];
  readonly errors: readonly number[];
  /** What the source asked and of that the outcomes that it alone saw. */
  readonly asked: readonly number[];
  readonly clientErrors: readonly number[];
  readonly bytes: readonly number[];
  readonly connections: readonly number[];
  readonly latency: SteppedHistogram;
  readonly secured: number;
  readonly judged: number;
  /** Steps with any traffic. */
  readonly active: number;
  /** Who told, by signal: counts of two windows are compared only if the same sort of teller told both. */
  readonly tellers: Readonly<Record<'requests' | 'latency' | 'bytes' | 'connections' | 'mtls', string>>;
}

/**
 * Puts the rows of one graph edge together as the graph does: for each signal the first instrument by precedence that
 * measures it, its destination side, else the middle, else the source, and one feed of it; requests that never left the
 * source are added. It tells how traffic varied, so it may be simpler than the graph: connection failures (UF) count as
 * stayed whether or not the destination knows of them.
 */
export function edgeActivity(rows: readonly StoredActivity[], steps: number): EdgeActivity {
  const zeros = (): number[] => new Array<number>(steps).fill(0);
  const requests = zeros(), errors = zeros(), asked = zeros(), clientErrors = zeros(), bytes = zeros(), connections = zeros();
  const speaking = speakers(rows, Measured.requests);
  for (const row of speaking.rows) {
    addTo(requests, row.at, row.requests);
    addTo(errors, row.at, row.errors);
  }
  const callers = ofOneFeed(rows.filter((row) => row.instrument === speaking.instrument && row.side === Side.source));
  for (const row of callers) {
    addTo(asked, row.at, row.requests);
    addTo(clientErrors, row.at, row.clientErrors);
    if (speaking.side === Side.source) continue;
    addTo(requests, row.at, row.stayed);
    addTo(errors, row.at, row.stayedErrors);
  }
  const carrying = speakers(rows, Measured.bytes), connecting = speakers(rows, Measured.connections), securing = speakers(rows, Measured.security);
  for (const row of carrying.rows) addTo(bytes, row.at, row.bytes);
  for (const row of connecting.rows) addTo(connections, row.at, row.connections);
  const timing = speakers(rows, Measured.latency);
  const layouts = [...new Set(timing.rows.flatMap((row) => (row.layout ? [row.layout.id] : [])))].sort((a, b) => a - b);
  let secured = 0, judged = 0;
  for (const row of securing.rows) {
    secured += row.secured;
    judged += row.secured + row.plaintext;
  }
  return {
    requests, errors, asked, clientErrors, bytes, connections, secured, judged,
    latency: layouts.length === 1 ? histogram(timing.rows, steps) : [],
    active: new Set(rows.flatMap((row) => row.at)).size,
    tellers: {
      requests: speaking.name, bytes: carrying.name, connections: connecting.name, mtls: securing.name,
      latency: layouts.length === 1 ? `${timing.name} ${layouts[0]}` : layouts.length === 0 ? '' : 'several histogram layouts',
    },
  };
}

interface Speakers { readonly rows: readonly StoredActivity[]; readonly instrument: Instrument | null; readonly side: Side | null; readonly name: string }

const sides = [Side.destination, Side.middle, Side.source] as const;

function speakers(rows: readonly StoredActivity[], bit: number): Speakers {
  const measuring = rows.filter((row) => (row.measured & bit) !== 0);
  const first = measuring.reduce<StoredActivity | null>((best, row) => (best === null || rank[row.instrument] < rank[best.instrument] ? row : best), null);
  const told = measuring.filter((row) => row.instrument === first?.instrument);
  const side = sides.find((one) => told.some((row) => row.side === one)) ?? null;
  return { rows: ofOneFeed(told.filter((row) => row.side === side)), instrument: first?.instrument ?? null, side, name: first ? `${first.instrument} ${side}` : '' };
}

function ofOneFeed(rows: readonly StoredActivity[]): readonly StoredActivity[] {
  const total = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  const feed = chooseFeed(rows.map((row) => ({
    feed: row.feed, firstBucket: row.at[0] ?? 0, lastBucket: row.at.at(-1) ?? 0,
    requests: total(row.requests), connectionsOpened: total(row.connections), drops: 0, messagesSent: 0, messagesReceived: 0,
  })));
  return rows.filter((row) => row.feed === feed);
}

function addTo(into: number[], at: readonly number[], counts: readonly number[]): void {
  at.forEach((step, i) => { if (step < into.length) into[step]! += counts[i]!; });
}

function histogram(rows: readonly StoredActivity[], steps: number): SteppedHistogram {
  const size = Math.max(0, ...rows.map((row) => (row.layout ? row.layout.boundsMs.length + 1 : 0)));
  const out = Array.from({ length: steps }, () => new Array<number>(size).fill(0));
  for (const row of rows) {
    row.at.forEach((step, i) => {
      const into = out[step];
      if (into) for (const [index, count] of row.latency[i]!) if (index < size) into[index]! += count;
    });
  }
  return out;
}
