import type { RowColumns, RowKey } from '../../inference/row-columns.ts';
import type { CountColumn } from '../../inference/counts.ts';
import { sameNumbers } from './packed.ts';
import type { RowRegistry } from './row-registry.ts';
import { totalsOf } from './totals.ts';
import { eachSum, type TrafficPart } from './traffic-part.ts';

/** A part of a window, with the seconds from the start of one of its buckets to the last step of the window in it. */
export interface WindowPart { readonly part: TrafficPart; readonly lead: number }

/** The rows that some parts together have, in the order in which they are wanted, and their keys. */
export interface RowSet {
  readonly rows: Uint32Array;
  readonly keys: readonly RowKey[];
  /** Of `rows`. */
  readonly prefer: (order: Uint32Array) => void;
}

/**
 * What parts of a window come to: sums added, bits united, the rest as the reading query has it.
 * @param wanted 1 for each row of the registry that is wanted; null for all
 * @param rowSet gives equal rows, which come in the order of the registry, the same keys: the same array for as long as nothing about them changes
 */
export function sumParts(registry: RowRegistry, parts: readonly WindowPart[], rowSet: (rows: Uint32Array) => RowSet, wanted: Uint8Array | null = null): RowColumns {
  const totals = totalsOf(registry);
  const indexes = new Map<Uint32Array, Uint32Array>();
  for (const { part, lead } of parts) {
    if (!wanted) {
      totals.add(part, lead);
      continue;
    }
    // Most parts have the same rows.
    let at = indexes.get(part.rows);
    if (!at) indexes.set(part.rows, (at = indexesOf(part.rows, wanted)));
    totals.addSome(part, lead, at);
  }
  const seen = totals.rows();
  if (wanted) totals.onlyHas(seen);
  const { rows, keys, prefer } = rowSet(seen);
  const pick = (values: Float64Array): Float64Array => {
    const picked = new Float64Array(rows.length);
    for (let i = 0; i < picked.length; i++) picked[i] = values[rows[i]!]!;
    return picked;
  };
  const zeros = new Float64Array(rows.length);
  return {
    ...eachSum((field) => (totals.sums[field] === null ? zeros : pick(totals.sums[field]))), keys, prefer, ...factsOf(registry, rows, totals.facts),
    openConnections: pick(totals.open), firstBucket: pick(totals.first), lastBucket: pick(totals.last),
    responses: responsesOf(registry, rows, totals.responses), latency: latencyOf(registry, rows, totals.latency),
  };
}

type FactColumns = Pick<RowColumns, 'measured' | 'protocols' | 'via' | 'sourcePrincipal' | 'destinationPrincipal'>;

/** Of the rows that are read again and again, what they said last: mostly they say the same. */
const lastFacts = new WeakMap<Uint32Array, { readonly numbers: Uint32Array; readonly columns: FactColumns }>();

/** @param numbers of facts, by numbers of rows */
function factsOf(registry: RowRegistry, rows: Uint32Array, numbers: Uint32Array): FactColumns {
  const own = new Uint32Array(rows.length);
  for (let i = 0; i < own.length; i++) own[i] = numbers[rows[i]!]!;
  const last = lastFacts.get(rows);
  if (last && sameNumbers(last.numbers, own)) return last.columns;
  const columns = factColumns(registry, own);
  lastFacts.set(rows, { numbers: own, columns });
  return columns;
}

function factColumns(registry: RowRegistry, rows: Uint32Array): FactColumns {
  const measured = new Float64Array(rows.length), protocols = new Float64Array(rows.length);
  const via = new Array<readonly string[]>(rows.length), sourcePrincipal = new Array<string>(rows.length), destinationPrincipal = new Array<string>(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const facts = registry.facts.values[rows[i]!]!;
    measured[i] = facts.measured;
    protocols[i] = facts.protocols;
    via[i] = facts.via;
    sourcePrincipal[i] = facts.sourcePrincipal;
    destinationPrincipal[i] = facts.destinationPrincipal;
  }
  return { measured, protocols, via, sourcePrincipal, destinationPrincipal };
}

function indexesOf(rows: Uint32Array, wanted: Uint8Array): Uint32Array {
  const indexes = new Uint32Array(rows.length);
  let size = 0;
  for (let i = 0; i < rows.length; i++) if (wanted[rows[i]!] === 1) indexes[size++] = i;
  return indexes.subarray(0, size);
}

function responsesOf(registry: RowRegistry, rows: Uint32Array, totals: Float64Array): CountColumn<string> {
  const { responses: { first, next }, responseKeyAt, responseKeys: { values } } = registry;
  let size = 0;
  for (let place = 0; place < totals.length; place++) if (totals[place] !== 0) size++;
  const ends = new Uint32Array(rows.length), keys = new Array<string>(size), counts = new Float64Array(size);
  let used = 0;
  for (let i = 0; i < rows.length; i++) {
    for (let place = first[rows[i]!]!; place !== -1; place = next[place]!) {
      if (totals[place] === 0) continue;
      keys[used] = values[responseKeyAt[place]!]!;
      counts[used++] = totals[place]!;
    }
    ends[i] = used;
  }
  return { ends, keys, counts };
}

function latencyOf(registry: RowRegistry, rows: Uint32Array, totals: Float64Array): CountColumn<number> {
  const { latencyAt, latencyPlaces } = registry, ends = new Uint32Array(rows.length);
  const endOf = (row: number): number => latencyAt[row + 1] ?? latencyPlaces;
  let size = 0, isWhole = true;
  for (let i = 0; i < rows.length; i++) {
    for (let at = latencyAt[rows[i]!]!, to = endOf(rows[i]!); at < to; at++) {
      const count = totals[at]!;
      if (count === 0) continue;
      size++;
      if (count >>> 0 !== count) isWhole = false;
    }
    ends[i] = size;
  }
  // Half the room where it is enough: counts are whole but for what was estimated.
  const keys = new Uint16Array(size), counts = isWhole ? new Uint32Array(size) : new Float64Array(size);
  for (let i = 0, used = 0; i < rows.length; i++) {
    for (let from = latencyAt[rows[i]!]!, at = from; used < ends[i]!; at++) {
      if (totals[at] === 0) continue;
      keys[used] = at - from;
      counts[used++] = totals[at]!;
    }
  }
  return { ends, keys, counts };
}
