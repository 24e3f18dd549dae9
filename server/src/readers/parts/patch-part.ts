import { summedFields, type SummedField } from '../../inference/row-columns.ts';
import type { Packed } from './packed.ts';
import { plainCounts, type RowCounts } from './row-counts.ts';
import { sharedPart, type TrafficPart } from './traffic-part.ts';

/** Items [from, to) of the part (0) or of the patch (1). */
interface Piece { readonly of: 0 | 1; readonly from: number; readonly to: number }

/**
 * A part with some of its rows replaced and others added, at the cost of copying it.
 * @param patch the new rows, of the same bucket
 * @param gone numbers of rows, ascending, that are to be left out
 * @returns null where the two are not of one bucket: then the part is to be read as a whole
 */
export function patchPart(part: TrafficPart, patch: TrafficPart, gone: Uint32Array): TrafficPart | null {
  const { firstBucket, lastBucket } = part;
  if (typeof firstBucket !== 'number' || typeof lastBucket !== 'number') return null;
  if (patch.rows.length > 0 && (patch.firstBucket !== firstBucket || patch.lastBucket !== lastBucket)) return null;
  const pieces = piecesOf(part.rows, patch.rows, gone), size = sizeOf(pieces);
  const join = (a: Packed | null, b: Packed | null): Packed | null => {
    if (a === null && (b === null || b.length === 0)) return null;
    return joinPacked(a ?? new Uint8Array(part.rows.length), b ?? new Uint8Array(patch.rows.length), pieces, size);
  };
  return sharedPart({
    rows: joinPacked(part.rows, patch.rows, pieces, size) as Uint32Array,
    sums: Object.fromEntries(summedFields.map((field) => [field, join(part.sums[field], patch.sums[field])])) as Record<SummedField, Packed | null>,
    openConnections: join(part.openConnections, patch.openConnections),
    facts: joinPacked(part.facts, patch.facts, pieces, size) as Uint32Array,
    firstBucket, lastBucket,
    responses: joinCounts(plainCounts(part.responses), plainCounts(patch.responses), pieces, size),
    latency: joinCounts(plainCounts(part.latency), plainCounts(patch.latency), pieces, size),
  }, part);
}

/** Which rows come from where, in the order of their numbers; neighbours from one side are one piece. */
function piecesOf(rows: Uint32Array, patched: Uint32Array, gone: Uint32Array): Piece[] {
  const pieces: Piece[] = [];
  let at = 0, left = 0, from = 0;
  const upTo = (end: number): void => {
    if (end > from) pieces.push({ of: 0, from, to: end });
  };
  for (let i = 0; i < patched.length || left < gone.length;) {
    const isGone = i >= patched.length || (left < gone.length && gone[left]! < patched[i]!), row = isGone ? gone[left]! : patched[i]!;
    while (at < rows.length && rows[at]! < row) at++;
    upTo(at);
    from = at;
    if (rows[at] === row) from = ++at;
    if (isGone) {
      left++;
      continue;
    }
    const last = pieces.at(-1);
    if (last?.of === 1 && last.to === i) pieces[pieces.length - 1] = { ...last, to: i + 1 };
    else pieces.push({ of: 1, from: i, to: i + 1 });
    i++;
  }
  upTo(rows.length);
  return pieces;
}

function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((size, { from, to }) => size + to - from, 0);
}

/** An array of the wider of two kinds, for it holds the items of both. */
function joinPacked(a: Packed, b: Packed, pieces: readonly Piece[], size: number): Packed {
  const wider = b.BYTES_PER_ELEMENT > a.BYTES_PER_ELEMENT ? b : a;
  const joined = new (wider.constructor as new (length: number) => Packed)(size);
  let at = 0;
  for (const { of, from, to } of pieces) {
    joined.set((of === 0 ? a : b).subarray(from, to), at);
    at += to - from;
  }
  return joined;
}

function joinCounts(a: RowCounts, b: RowCounts, pieces: readonly Piece[], size: number): RowCounts {
  const ends = [endsOf(a.sizes), endsOf(b.sizes)] as const;
  const inner = pieces.map(({ of, from, to }): Piece => ({ of, from: ends[of][from]!, to: ends[of][to]! })), length = sizeOf(inner);
  return {
    sizes: joinPacked(a.sizes, b.sizes, pieces, size) as RowCounts['sizes'], firsts: joinPacked(a.firsts, b.firsts, pieces, size) as RowCounts['firsts'],
    counts: joinPacked(a.counts, b.counts, inner, length), excess: null,
  };
}

/** Where the items of each row begin, and the end. */
function endsOf(sizes: RowCounts['sizes']): Uint32Array {
  const ends = new Uint32Array(sizes.length + 1);
  for (let i = 0; i < sizes.length; i++) ends[i + 1] = ends[i]! + sizes[i]!;
  return ends;
}
