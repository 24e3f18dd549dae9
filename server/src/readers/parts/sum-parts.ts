import type { CountColumn } from '../../inference/counts.ts';
import type { RowColumns, RowKey } from '../../inference/row-columns.ts';
import { RowReading } from '../../inference/row-reading.ts';
import { allFacts, someFacts } from './fact-columns.ts';
import type { RowRegistry } from './row-registry.ts';
import { giveBack, takeTotals, type Totals } from './totals.ts';
import { eachSum, type TrafficPart } from './traffic-part.ts';

/** A part of a window, with the seconds from the start of one of its buckets to the last step of the window in it. */
export interface WindowPart { readonly part: TrafficPart; readonly lead: number }

/**
 * What parts of a window come to: sums added, bits united, the rest as the reading query has it. Its rows are all of the
 * registry, by their numbers, of which some are not there; its columns are the sums themselves, given back when it is let go.
 */
export function sumParts(registry: RowRegistry, parts: readonly WindowPart[]): RowReading {
  const totals = takeTotals(registry);
  for (const { part, lead } of parts) totals.add(part, lead);
  const { ends, places, keys } = registry.currentPlaces, counts = new Float64Array(places.length), zeros = totals.zeros;
  for (let at = 0; at < counts.length; at++) counts[at] = totals.responses[places[at]!]!;
  return RowReading.of({
    ...eachSum((field) => totals.sums[field] ?? zeros), keys: registry.currentKeys, ...allFacts(registry, totals),
    openConnections: totals.open, firstBucket: totals.first, lastBucket: totals.last,
    responses: { ends, keys, counts }, latency: { starts: registry.latencyAt, counts: totals.latency },
  }, () => { giveBack(registry, totals); });
}

/** The same of a few rows, in columns of their own. */
export interface SomeSums {
  /** Numbers of the rows that are there, ascending; the columns have one item for each. */
  readonly rows: Uint32Array;
  readonly columns: RowColumns;
}

/** @param wanted 1 for each row of the registry that is wanted */
export function sumSome(registry: RowRegistry, parts: readonly WindowPart[], wanted: Uint8Array): SomeSums {
  const totals = takeTotals(registry), indexes = new Map<Uint32Array, Uint32Array>();
  for (const { part, lead } of parts) {
    // Most parts have the same rows.
    let at = indexes.get(part.rows);
    if (!at) indexes.set(part.rows, (at = indexesOf(part.rows, wanted)));
    totals.addSome(part, lead, at);
  }
  const rows = totals.rows();
  totals.onlyHas(rows);
  const columns = pickColumns(registry, totals, rows);
  giveBack(registry, totals);
  return { rows, columns };
}

function indexesOf(rows: Uint32Array, wanted: Uint8Array): Uint32Array {
  const indexes = new Uint32Array(rows.length);
  let size = 0;
  for (let i = 0; i < rows.length; i++) if (wanted[rows[i]!] === 1) indexes[size++] = i;
  return indexes.subarray(0, size);
}

function pickColumns(registry: RowRegistry, totals: Totals, rows: Uint32Array): RowColumns {
  const zeros = new Float64Array(rows.length);
  // `from` would make an object of each row.
  const pick = (values: Float64Array): Float64Array => {
    const picked = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) picked[i] = values[rows[i]!]!;
    return picked;
  };
  return {
    ...eachSum((field) => (totals.sums[field] === null ? zeros : pick(totals.sums[field]))), keys: Array.from(rows, (row): RowKey => registry.keys[row]!), ...someFacts(registry, totals, rows),
    openConnections: pick(totals.open), firstBucket: pick(totals.first), lastBucket: pick(totals.last),
    responses: responsesOf(registry, rows, totals.responses), latency: latencyOf(registry, rows, totals.latency),
  };
}

function responsesOf({ responses: { first, next }, responseKeyAt, responseKeys: { values } }: RowRegistry, rows: Uint32Array, totals: Float64Array): CountColumn<string> {
  const ends = new Uint32Array(rows.length), keys: string[] = [], counts: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    for (let place = first[rows[i]!]!; place !== -1; place = next[place]!) {
      if (totals[place] === 0) continue;
      keys.push(values[responseKeyAt[place]!]!);
      counts.push(totals[place]!);
    }
    ends[i] = keys.length;
  }
  return { ends, keys, counts: Float64Array.from(counts) };
}

function latencyOf({ latencyAt, latencyPlaces }: RowRegistry, rows: Uint32Array, totals: Float64Array): CountColumn<number> {
  const ends = new Uint32Array(rows.length);
  const each = (tell: (key: number, count: number) => void): void => {
    for (let i = 0, size = 0; i < rows.length; i++) {
      const from = latencyAt[rows[i]!]!, to = latencyAt[rows[i]! + 1] ?? latencyPlaces;
      for (let at = from; at < to; at++) {
        if (totals[at] === 0) continue;
        tell(at - from, totals[at]!);
        size++;
      }
      ends[i] = size;
    }
  };
  let size = 0;
  each(() => size++);
  const keys = new Uint16Array(size), counts = new Float64Array(size);
  let at = 0;
  each((key, count) => {
    keys[at] = key;
    counts[at++] = count;
  });
  return { ends, keys, counts };
}
