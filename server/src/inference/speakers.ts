import { Intent, Measured, Side, type Instrument } from '@orrery/collectors/model/edge-traffic';
import { displayEdges, type DisplayEdge } from './display-edge.ts';
import { foldRootCallers } from './fold-root-callers.ts';
import { foldWaypoints } from './fold-waypoints.ts';
import { GraphType } from './graph.ts';
import { rowsOf } from './merge-sides.ts';
import { placeRows } from './placed-row.ts';
import type { EdgeWindow } from './ports.ts';
import { measures, rank, speakingSide, type Voice } from './voice.ts';

/** One teller: an instrument on a side through a feed. */
export interface Teller { readonly instrument: Instrument; readonly side: Side; readonly feed: string }

/** Stored edges (32 hex digits) that a teller speaks for, and those that it tells of without speaking. */
export interface SpokenEdges extends Teller { readonly edgeIds: ReadonlySet<string>; readonly others: ReadonlySet<string> }

/**
 * Who speaks for each stored edge of a window, by the rules of the graph: what is summed over the mesh so that each request
 * counts once. `callers` are the source sides beside another side that speaks for the requests: of them only what never
 * left counts (rule 2).
 */
export interface Speakers {
  readonly requests: readonly SpokenEdges[];
  readonly callers: readonly SpokenEdges[];
  readonly bytes: readonly SpokenEdges[];
  readonly latency: readonly SpokenEdges[];
}

/** Chooses once for the whole window, as the graph does; of `rows` only ends, teller, `measured` and counts matter. */
export function speakersOf(rows: readonly EdgeWindow[]): Speakers {
  const { edges } = displayEdges(foldRootCallers(foldWaypoints(placeRows(rows).rows)), GraphType.workload);
  const requests = new Groups(), callers = new Groups(), bytes = new Groups(), latency = new Groups();
  for (const edge of edges) {
    for (const voice of speakingVoices(edge, Measured.requests)) {
      const side = speakingSide(voice, Measured.requests);
      if (side === null) continue;
      requests.add(rowsOf(voice, side).filter((row) => (row.measured & Measured.requests) !== 0));
      if (side !== Side.source && measures(voice.source, Measured.requests)) callers.add(voice.source);
    }
    for (const [bit, groups] of [[Measured.bytes, bytes], [Measured.latency, latency]] as const) {
      for (const voice of speakingVoices(edge, bit)) {
        const side = speakingSide(voice, bit);
        if (side !== null) groups.add(rowsOf(voice, side));
      }
    }
  }
  const told = new Groups();
  told.add(rows.filter((row) => row.intent === Intent.primary));
  return { requests: requests.of(told), callers: callers.of(told), bytes: bytes.of(told), latency: latency.of(told) };
}

/** The voices of the first instrument by precedence that measures a signal; those without a service only if no other does. */
export function speakingVoices({ voices, lastResort }: DisplayEdge, bit: number): readonly Voice[] {
  const measuring = (list: readonly Voice[]): readonly Voice[] => list.filter((voice) => (voice.measured & bit) !== 0);
  const named = measuring(voices);
  const heard = named.length > 0 ? named : measuring(lastResort);
  const first = heard.reduce((best, voice) => Math.min(best, rank[voice.instrument]), Infinity);
  return heard.filter((voice) => rank[voice.instrument] === first);
}

/** Stored edges by teller. */
class Groups {
  readonly #byTeller = new Map<string, { readonly teller: Teller; readonly edgeIds: Set<string> }>();

  add(rows: readonly EdgeWindow[]): void {
    for (const { instrument, side, feed, edgeId } of rows) {
      const key = `${instrument} ${side} ${feed}`;
      let group = this.#byTeller.get(key);
      if (!group) this.#byTeller.set(key, (group = { teller: { instrument, side, feed }, edgeIds: new Set() }));
      group.edgeIds.add(edgeId);
    }
  }

  /** The busiest tellers first; of equals by name. `told` holds all that each teller tells of. */
  of(told: Groups): SpokenEdges[] {
    return [...this.#byTeller.entries()]
      .sort(([a, x], [b, y]) => y.edgeIds.size - x.edgeIds.size || (a < b ? -1 : 1))
      .map(([key, { teller, edgeIds }]) => ({ ...teller, edgeIds, others: new Set([...told.#byTeller.get(key)?.edgeIds ?? []].filter((id) => !edgeIds.has(id))) }));
  }
}
