import { letGo } from '../../inference/let-go.ts';
import type { RowFacts } from './fact-table.ts';
import { arraysOf, type LooseCounts, type LoosePart } from './loose-part.ts';
import type { Packed } from './packed.ts';
import { packScratch, type RowCounts } from './row-counts.ts';
import type { RowRegistry } from './row-registry.ts';
import { eachSum, sharedPart, type SharedArrays, type TrafficPart } from './traffic-part.ts';

/**
 * Puts the rows of a loose part in the order of the registry: so parts add up from front to back. The loose part is gone afterwards.
 * @param numbers of its rows in the registry, −1 of those that are to be left out
 * @param shelved of an earlier part: equal arrays are shared
 */
export function numberPart(registry: RowRegistry, loose: LoosePart, numbers: Int32Array, shelved: SharedArrays | null): TrafficPart {
  const order = ascending(numbers, registry.size), rows = Uint32Array.from(order, (i) => numbers[i]!);
  const some = (values: Packed | null): Packed | null => values && picked(values, order);
  const time = (values: Packed | number): Packed | number => (typeof values === 'number' ? values : picked(values, order));
  const part = sharedPart({
    rows, facts: factsOf(registry, loose, numbers, order),
    sums: eachSum((field) => some(loose.sums[field])), openConnections: some(loose.openConnections),
    firstBucket: time(loose.firstBucket), lastBucket: time(loose.lastBucket),
    responses: responsesOf(registry, loose, rows, order), latency: latencyOf(registry, loose, rows, order),
  }, shelved);
  letGo(arraysOf(loose));
  return part;
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

function responsesOf(registry: RowRegistry, { responses, texts }: LoosePart, rows: Uint32Array, order: Uint32Array): RowCounts {
  const { sizes, keys, counts } = ordered(responses, order), keyOf = new Int32Array(texts.length).fill(-1);
  for (let i = 0, k = 0; i < rows.length; i++) {
    for (const end = k + sizes[i]!; k < end; k++) {
      const text = keys[k]!;
      if (keyOf[text] === -1) keyOf[text] = registry.responseKeys.number(texts[text]!);
      keys[k] = registry.responseNumber(rows[i]!, keyOf[text]!);
    }
  }
  return packScratch(sizes, keys, counts);
}

/** Without the counts beyond the end of a row's layout, which belong nowhere. */
function latencyOf(registry: RowRegistry, { latency }: LoosePart, rows: Uint32Array, order: Uint32Array): RowCounts {
  const { sizes, keys, counts } = ordered(latency, order);
  let used = 0;
  for (let i = 0, k = 0; i < rows.length; i++) {
    const before = used, size = registry.latencySize(rows[i]!);
    for (const end = k + sizes[i]!; k < end; k++) {
      if (keys[k]! >= size) continue;
      keys[used] = keys[k]!;
      counts[used++] = counts[k]!;
    }
    sizes[i] = used - before;
  }
  return packScratch(sizes, keys.subarray(0, used), counts.subarray(0, used));
}

/** The counts of rows in another order. */
function ordered({ sizes, keys, counts }: LooseCounts, order: Uint32Array): { readonly sizes: Uint16Array; readonly keys: Uint32Array; readonly counts: Float64Array } {
  const from = new Uint32Array(sizes.length + 1);
  for (let i = 0; i < sizes.length; i++) from[i + 1] = from[i]! + sizes[i]!;
  const ours = { sizes: new Uint16Array(order.length), keys: new Uint32Array(keys.length), counts: new Float64Array(keys.length) };
  let used = 0;
  for (let i = 0; i < order.length; i++) {
    ours.sizes[i] = sizes[order[i]!]!;
    for (let k = from[order[i]!]!; k < from[order[i]! + 1]!; k++, used++) {
      ours.keys[used] = keys[k]!;
      ours.counts[used] = counts[k]!;
    }
  }
  return { sizes: ours.sizes, keys: ours.keys.subarray(0, used), counts: ours.counts.subarray(0, used) };
}
