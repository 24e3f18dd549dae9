import { letGo } from '../../inference/let-go.ts';
import { narrow, upTo, type Packed } from './packed.ts';
import { packCounts, packRuns, type RowCounts } from './row-counts.ts';
import type { RowRegistry } from './row-registry.ts';
import { giveBack, takeTotals, type Totals } from './totals.ts';
import { eachSum, sharedPart, type TrafficPart } from './traffic-part.ts';

/**
 * One part of several, none of which ends within a bucket of the window that it is for.
 * @param stamp Unix seconds of the one bucket that it becomes; null leaves each row its first and last
 */
export function joinParts(registry: RowRegistry, parts: readonly TrafficPart[], stamp: number | null): TrafficPart {
  const totals = takeTotals(registry);
  for (const part of parts) totals.add(part, 0);
  const joined = packed(registry, totals, parts[0]!, stamp);
  giveBack(registry, totals);
  return joined;
}

function packed(registry: RowRegistry, totals: Totals, like: TrafficPart, stamp: number | null): TrafficPart {
  const rows = totals.rows(), scratch = new Float64Array(rows.length);
  const pick = (values: Float64Array): Packed => {
    for (let i = 0; i < scratch.length; i++) scratch[i] = values[rows[i]!]!;
    return narrow(scratch);
  };
  const some = (values: Float64Array | null): Packed | null => {
    const packed = values && pick(values);
    return packed?.some((value) => value !== 0) ? packed : null;
  };
  const part = sharedPart({
    rows, facts: factsOf(rows, totals.facts),
    sums: eachSum((field) => some(totals.sums[field])), openConnections: some(totals.open),
    firstBucket: stamp ?? pick(totals.first), lastBucket: stamp ?? pick(totals.last),
    responses: responsesOf(registry, rows, totals.responses), latency: latencyOf(registry, rows, totals.latency),
  }, like);
  letGo([scratch]);
  return part;
}

function factsOf(rows: Uint32Array, known: Uint32Array): Uint32Array {
  const facts = new Uint32Array(rows.length);
  for (let i = 0; i < facts.length; i++) facts[i] = known[rows[i]!]! - 1;
  return facts;
}

function responsesOf({ responses: { first, next } }: RowRegistry, rows: Uint32Array, totals: Float64Array): RowCounts {
  const sizes = new Uint16Array(rows.length), keys = new Uint32Array(totals.length), counts = new Float64Array(totals.length);
  let used = 0;
  for (let i = 0; i < rows.length; i++) {
    const before = used;
    for (let place = first[rows[i]!]!, number = 0; place !== -1; place = next[place]!, number++) {
      if (totals[place] === 0) continue;
      keys[used] = number;
      counts[used++] = totals[place]!;
    }
    sizes[i] = used - before;
  }
  const packed = packCounts({ sizes, keys, counts }, upTo(rows.length));
  letGo([keys, counts]);
  return packed;
}

function latencyOf({ latencyAt, latencyPlaces }: RowRegistry, rows: Uint32Array, totals: Float64Array): RowCounts {
  const sizes = new Uint32Array(rows.length), firsts = new Uint32Array(rows.length);
  let size = 0, isWhole = true;
  for (let i = 0; i < rows.length; i++) {
    const from = latencyAt[rows[i]!]!;
    let first = -1, last = -1;
    for (let at = from, to = latencyAt[rows[i]! + 1] ?? latencyPlaces; at < to; at++) {
      if (totals[at] === 0) continue;
      if (first === -1) first = at;
      last = at;
      if (totals[at]! >>> 0 !== totals[at]) isWhole = false;
    }
    if (first === -1) continue;
    firsts[i] = first - from;
    size += sizes[i] = last - first + 1;
  }
  const counts = isWhole ? new Uint32Array(size) : new Float64Array(size);
  for (let i = 0, k = 0; i < rows.length; i++) {
    for (let at = latencyAt[rows[i]!]! + firsts[i]!, end = k + sizes[i]!; k < end; k++) counts[k] = totals[at++]!;
  }
  return packRuns(sizes, firsts, counts);
}
