import { letGo } from '../../inference/let-go.ts';
import { arraysOf, type LoosePart } from './loose-part.ts';
import type { Packed } from './packed.ts';
import { reordered } from './reorder-counts.ts';
import { packCounts, type RowCounts } from './row-counts.ts';
import type { RowRegistry } from './row-registry.ts';
import { eachSum, sharedPart, type SharedArrays, type TrafficPart } from './traffic-part.ts';

/**
 * Puts the rows of a loose part in the order of the registry: so parts add up from front to back. The loose part is gone afterwards.
 * @param numbers of its rows in the registry, −1 of those that are to be left out
 * @param shelved of an earlier part: equal arrays are shared
 */
export function numberPart(registry: RowRegistry, loose: LoosePart, numbers: Int32Array, shelved: SharedArrays | null): TrafficPart {
  const order = ascending(numbers, registry.size), rows = new Uint32Array(order.length);
  // `from` would make an object of each row, here and below.
  for (let n = 0; n < order.length; n++) rows[n] = numbers[order[n]!]!;
  const some = (values: Packed | null): Packed | null => values && picked(values, order);
  const time = (values: Packed | number): Packed | number => (typeof values === 'number' ? values : picked(values, order));
  const part = sharedPart({
    rows, facts: factsOf(registry, loose, numbers, order),
    sums: eachSum((field) => some(loose.sums[field])), openConnections: some(loose.openConnections),
    firstBucket: time(loose.firstBucket), lastBucket: time(loose.lastBucket),
    responses: responsesOf(registry, loose, numbers, order), latency: latencyOf(registry, loose, rows, order),
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
  const found = new Uint32Array(order.length);
  for (let n = 0; n < order.length; n++) {
    const i = order[n]!;
    found[n] = registry.factsOf(numbers[i]!, { measured: measured[i]!, protocols: protocols[i]!, via: list[via[i]!]!, sourcePrincipal: text[sourcePrincipal[i]!]!, destinationPrincipal: text[destinationPrincipal[i]!]! });
  }
  return found;
}

function responsesOf(registry: RowRegistry, { responses: { sizes, keys, counts }, texts }: LoosePart, numbers: Int32Array, order: Uint32Array): RowCounts {
  const keyOf = new Int32Array(texts.length).fill(-1), places = new Uint32Array(keys.length);
  for (let row = 0, k = 0; row < sizes.length; row++) {
    for (const end = k + sizes[row]!; k < end; k++) {
      const text = keys[k]!;
      if (numbers[row] === -1) continue;
      if (keyOf[text] === -1) keyOf[text] = registry.responseKeys.number(texts[text]!);
      places[k] = registry.responseNumber(numbers[row]!, keyOf[text]!);
    }
  }
  const packed = packCounts({ sizes, keys: places, counts }, order);
  letGo([places]);
  return packed;
}

/** Without the counts beyond the end of a row's layout, which belong nowhere. */
function latencyOf(registry: RowRegistry, { latency }: LoosePart, rows: Uint32Array, order: Uint32Array): RowCounts {
  return reordered(latency, order, rows.map((row) => registry.latencySize(row)));
}
