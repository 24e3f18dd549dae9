import { narrow, sameNumbers, type Packed, type RowCounts } from './packed.ts';
import type { RowRegistry } from './row-registry.ts';
import { totalsOf } from './totals.ts';
import { bytesOf, eachSum, type PlaceCounts, type TrafficPart } from './traffic-part.ts';

/**
 * One part of several, none of which ends within a bucket of the window that it is for.
 * @param stamp Unix seconds of the one bucket that it becomes; null leaves each row its first and last
 */
export function joinParts(registry: RowRegistry, parts: readonly TrafficPart[], stamp: number | null): TrafficPart {
  const totals = totalsOf(registry);
  for (const part of parts) totals.add(part, 0);
  const fresh = totals.rows(), shelved = parts[0]!.rows, rows = sameNumbers(shelved, fresh) ? shelved : fresh;
  const scratch = new Float64Array(rows.length);
  const pick = (values: Float64Array): Packed => {
    for (let i = 0; i < scratch.length; i++) scratch[i] = values[rows[i]!]!;
    return narrow(scratch);
  };
  const some = (values: Float64Array | null): Packed | null => {
    const packed = values && pick(values);
    return packed?.some((value) => value !== 0) ? packed : null;
  };
  const joined = {
    rows, facts: Uint32Array.from(rows, (row) => totals.facts[row]!),
    sums: eachSum((field) => some(totals.sums[field])), openConnections: some(totals.open),
    firstBucket: stamp ?? pick(totals.first), lastBucket: stamp ?? pick(totals.last),
    responses: responsesOf(registry, rows, totals.responses), latency: latencyOf(registry, rows, totals.latency),
  };
  return { ...joined, bytes: bytesOf(joined, rows === fresh) };
}

function responsesOf({ firstResponse, nextResponse }: RowRegistry, rows: Uint32Array, totals: Float64Array): PlaceCounts {
  const sizes = new Uint16Array(rows.length), keys = new Uint32Array(totals.length), counts = new Float64Array(totals.length);
  let used = 0;
  for (let i = 0; i < rows.length; i++) {
    const before = used;
    for (let place = firstResponse[rows[i]!]!; place !== -1; place = nextResponse[place]!) {
      if (totals[place] === 0) continue;
      keys[used] = place;
      counts[used++] = totals[place]!;
    }
    sizes[i] = used - before;
  }
  return { sizes, keys: keys.slice(0, used), counts: narrow(counts.subarray(0, used)) };
}

function latencyOf({ latencyAt, latencyPlaces }: RowRegistry, rows: Uint32Array, totals: Float64Array): RowCounts {
  const sizes = new Uint16Array(rows.length), keys = new Uint32Array(totals.length), counts = new Float64Array(totals.length);
  let used = 0, greatest = 0;
  for (let i = 0; i < rows.length; i++) {
    const before = used, from = latencyAt[rows[i]!]!, to = latencyAt[rows[i]! + 1] ?? latencyPlaces;
    for (let at = from; at < to; at++) {
      if (totals[at] === 0) continue;
      greatest = Math.max(greatest, at - from);
      keys[used] = at - from;
      counts[used++] = totals[at]!;
    }
    sizes[i] = used - before;
  }
  return { sizes, keys: greatest < 0x100 ? Uint8Array.from(keys.subarray(0, used)) : keys.slice(0, used), counts: narrow(counts.subarray(0, used)) };
}
