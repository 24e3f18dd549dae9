import type { RowFacts } from './fact-table.ts';
import type { LoosePart } from './loose-part.ts';
import { sameNumbers, type Packed, type RowCounts } from './packed.ts';
import type { RowRegistry } from './row-registry.ts';
import { bytesOf, eachSum, type PlaceCounts, type TrafficPart } from './traffic-part.ts';

/**
 * Puts the rows of a loose part in the order of the registry: so parts add up from front to back.
 * @param numbers of its rows in the registry, −1 of those that are to be left out
 * @param shelved rows of an earlier part: equal ones are shared
 */
export function numberPart(registry: RowRegistry, loose: LoosePart, numbers: Int32Array, shelved: Uint32Array | null): TrafficPart {
  const order = ascending(numbers, registry.size), fresh = Uint32Array.from(order, (i) => numbers[i]!), rows = shelved && sameNumbers(shelved, fresh) ? shelved : fresh;
  const some = (values: Packed | null): Packed | null => values && picked(values, order);
  const time = (values: Packed | number): Packed | number => (typeof values === 'number' ? values : picked(values, order));
  const part = {
    rows, facts: factsOf(registry, loose, numbers, order),
    sums: eachSum((field) => some(loose.sums[field])), openConnections: some(loose.openConnections),
    firstBucket: time(loose.firstBucket), lastBucket: time(loose.lastBucket),
    responses: placesOf(registry, loose, rows, order), latency: withinLayouts(registry, rows, countsOf(loose.latency, order)),
  };
  return { ...part, bytes: bytesOf(part, rows === fresh) };
}

/** Indexes in the order of their numbers, which are below `size` and each another. */
function ascending(numbers: Int32Array, size: number): Uint32Array {
  const at = new Int32Array(size).fill(-1), order = new Uint32Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) if (numbers[i] !== -1) at[numbers[i]!] = i;
  let used = 0;
  for (let number = 0; number < size; number++) if (at[number] !== -1) order[used++] = at[number]!;
  return order.slice(0, used);
}

/** One loop for each kind of array, so that each is compiled for its own. */
function picked(values: Packed, order: Uint32Array): Packed {
  if (values instanceof Uint8Array) {
    const fresh = new Uint8Array(order.length);
    for (let i = 0; i < fresh.length; i++) fresh[i] = values[order[i]!]!;
    return fresh;
  }
  if (values instanceof Uint16Array) {
    const fresh = new Uint16Array(order.length);
    for (let i = 0; i < fresh.length; i++) fresh[i] = values[order[i]!]!;
    return fresh;
  }
  if (values instanceof Uint32Array) {
    const fresh = new Uint32Array(order.length);
    for (let i = 0; i < fresh.length; i++) fresh[i] = values[order[i]!]!;
    return fresh;
  }
  const fresh = new Float64Array(order.length);
  for (let i = 0; i < fresh.length; i++) fresh[i] = values[order[i]!]!;
  return fresh;
}

function factsOf(registry: RowRegistry, loose: LoosePart, numbers: Int32Array, order: Uint32Array): Uint32Array {
  const { measured, protocols, via, sourcePrincipal, destinationPrincipal } = loose;
  // The registry's own texts: what is one text in memory is compared at a glance.
  const { texts, lists } = registry.facts, text = loose.texts.map((one) => texts.values[texts.number(one)]!), list = loose.viaLists.map((one) => lists.values[lists.number(one)]!);
  return Uint32Array.from(order, (i) => {
    const facts: RowFacts = { measured: measured[i]!, protocols: protocols[i]!, via: list[via[i]!]!, sourcePrincipal: text[sourcePrincipal[i]!]!, destinationPrincipal: text[destinationPrincipal[i]!]! };
    return registry.factsOf(numbers[i]!, facts);
  });
}

function placesOf(registry: RowRegistry, { responses, texts }: LoosePart, rows: Uint32Array, order: Uint32Array): PlaceCounts {
  const { sizes, keys, counts } = countsOf(responses, order), numberOf = new Int32Array(texts.length).fill(-1), places = new Uint32Array(keys.length);
  for (let i = 0, k = 0; i < rows.length; i++) {
    for (const end = k + sizes[i]!; k < end; k++) {
      const key = keys[k]!;
      if (numberOf[key] === -1) numberOf[key] = registry.responseKeys.number(texts[key]!);
      places[k] = registry.responsePlace(rows[i]!, numberOf[key]!);
    }
  }
  return { sizes, keys: places, counts };
}

/** The counts of rows in another order. */
function countsOf({ sizes, keys, counts }: RowCounts, order: Uint32Array): RowCounts {
  const from = new Uint32Array(sizes.length);
  for (let i = 1; i < from.length; i++) from[i] = from[i - 1]! + sizes[i - 1]!;
  const inner = new Uint32Array(keys.length);
  for (let i = 0, used = 0; i < order.length; i++) for (let k = from[order[i]!]!, end = k + sizes[order[i]!]!; k < end; k++) inner[used++] = k;
  return { sizes: picked(sizes, order) as Uint16Array, keys: picked(keys, inner) as Uint8Array | Uint32Array, counts: picked(counts, inner) };
}

/** Without the counts beyond the end of a row's layout, which belong nowhere. */
function withinLayouts(registry: RowRegistry, rows: Uint32Array, { sizes, keys, counts }: RowCounts): RowCounts {
  const kept = new Uint32Array(keys.length), keptSizes = new Uint16Array(sizes.length);
  let used = 0;
  for (let i = 0, k = 0; i < rows.length; i++) {
    const before = used, size = registry.latencySize(rows[i]!);
    for (const end = k + sizes[i]!; k < end; k++) if (keys[k]! < size) kept[used++] = k;
    keptSizes[i] = used - before;
  }
  if (used === keys.length) return { sizes, keys, counts };
  const order = kept.subarray(0, used);
  return { sizes: keptSizes, keys: picked(keys, order) as Uint8Array | Uint32Array, counts: picked(counts, order) };
}
