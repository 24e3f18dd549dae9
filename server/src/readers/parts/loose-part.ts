import type { CountColumn } from '../../inference/counts.ts';
import { letGo } from '../../inference/let-go.ts';
import type { SummedField } from '../../inference/row-columns.ts';
import type { Interned } from '../../inference/interned.ts';
import { internedLists, internedTexts, sameTexts, unitedFacts, type RowFacts } from './fact-table.ts';
import { HashTable } from './hash-table.ts';
import { narrow, upTo, type Packed } from './packed.ts';
import { packCounts, type KeyedCounts, type RowCounts } from './row-counts.ts';
import { eachSum, type PackedSums } from './traffic-part.ts';

/** Rows of an answer, one item a row; null where no row has any. */
export interface AnswerRows {
  /** Halves of the 64-bit hash of the row's key. */
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  readonly sums: Readonly<Record<SummedField, ArrayLike<number> | null>>;
  readonly openConnections: ArrayLike<number> | null;
  readonly measured: ArrayLike<number>;
  readonly protocols: ArrayLike<number>;
  readonly via: readonly (readonly string[])[] | null;
  readonly sourcePrincipal: readonly string[];
  readonly destinationPrincipal: readonly string[];
  /** Unix seconds; a number is that of all rows. */
  readonly firstBucket: ArrayLike<number> | number;
  readonly lastBucket: ArrayLike<number> | number;
  readonly responses: CountColumn<string>;
  readonly latency: CountColumn<number>;
}

/** A part whose rows have no numbers yet: packed where there is no registry, and cheap to hand over. What is a text is an index. */
export interface LoosePart {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  readonly sums: PackedSums;
  readonly openConnections: Packed | null;
  readonly measured: Packed;
  readonly protocols: Packed;
  /** Into `texts`. */
  readonly sourcePrincipal: Packed;
  readonly destinationPrincipal: Packed;
  /** Into `viaLists`. */
  readonly via: Packed;
  readonly firstBucket: Packed | number;
  readonly lastBucket: Packed | number;
  /** Keys into `texts`. */
  readonly responses: LooseCounts;
  /** By bound index; packed already, for their keys are those of the registry. */
  readonly latency: RowCounts;
  readonly texts: readonly string[];
  readonly viaLists: readonly (readonly string[])[];
}

/** Counts that are handed over. */
interface LooseCounts extends KeyedCounts { readonly sizes: Uint16Array; readonly keys: Uint8Array | Uint32Array }

/** All arrays of a part, each once. */
export function arraysOf({ sums, responses, latency, ...rest }: LoosePart): ArrayBufferView[] {
  const all = [sums, { ...responses }, { ...latency }, { ...latency.excess }, rest].flatMap((columns) => Object.values<unknown>(columns));
  return [...new Set(all.filter((one) => ArrayBuffer.isView(one)))];
}

/**
 * Packs the rows of an answer. What does not fit into a narrow array goes into a wide one: nothing is rounded. Rows of one
 * key, what two scrapes brought of one bucket, become one.
 */
export function packAnswer(answer: AnswerRows): LoosePart {
  const { places, size } = placesOf(answer.low, answer.high), order = inOrder(places, size), starts = startsOf(places, order, size);
  const texts = internedTexts(), viaLists = internedLists();
  const scratch = new Float64Array(size);
  const pack = (values: ArrayLike<number>, join: (a: number, b: number) => number): Packed => {
    for (let i = 0; i < size; i++) {
      let value = values[order[starts[i]!]!]!;
      for (let k = starts[i]! + 1; k < starts[i + 1]!; k++) value = join(value, values[order[k]!]!);
      scratch[i] = value;
    }
    return narrow(scratch);
  };
  const packSome = (values: ArrayLike<number> | null, join: (a: number, b: number) => number): Packed | null => (values === null || isZero(values) ? null : pack(values, join));
  const packTime = (values: ArrayLike<number> | number, join: (a: number, b: number) => number): Packed | number => (typeof values === 'number' ? values : only(values) ?? pack(values, join));
  const first = (values: ArrayLike<number>): Uint32Array => {
    const firsts = new Uint32Array(size);
    for (let i = 0; i < size; i++) firsts[i] = values[order[starts[i]!]!]!;
    return firsts;
  };
  return {
    low: first(answer.low), high: first(answer.high),
    sums: eachSum((field) => packSome(answer.sums[field], plus)),
    openConnections: packSome(answer.openConnections, Math.max),
    ...packFacts(answer, order, starts, texts, viaLists),
    firstBucket: packTime(answer.firstBucket, Math.min), lastBucket: packTime(answer.lastBucket, Math.max),
    responses: rowCounts({ ...answer.responses, keys: numbersOf(answer.responses.keys, texts) }, order, starts),
    latency: packed(rowCounts(answer.latency, order, starts)),
    texts: texts.values, viaLists: viaLists.values,
  };
}

const plus = (a: number, b: number): number => a + b;

/** Numbers the keys of rows in the order in which they come. */
function placesOf(low: ArrayLike<number>, high: ArrayLike<number>): { places: Uint32Array; size: number } {
  const table = new HashTable(low.length), places = new Uint32Array(low.length);
  let size = 0;
  for (let i = 0; i < places.length; i++) {
    const known = table.get(low[i]!, high[i]!);
    if (known === -1) table.set(low[i]!, high[i]!, size);
    places[i] = known === -1 ? size++ : known;
  }
  return { places, size };
}

/** Indexes in the order of their places, by counting. */
function inOrder(places: Uint32Array, size: number): Uint32Array {
  const next = new Uint32Array(size + 1), order = new Uint32Array(places.length);
  for (let i = 0; i < places.length; i++) next[places[i]! + 1]!++;
  for (let place = 1; place <= size; place++) next[place]! += next[place - 1]!;
  for (let i = 0; i < places.length; i++) order[next[places[i]!]!++] = i;
  return order;
}

/** Where in `order` each place begins, and the end. */
function startsOf(places: Uint32Array, order: Uint32Array, size: number): Uint32Array {
  const starts = new Uint32Array(size + 1);
  for (let i = 0, next = 0; i < order.length; i++) if (places[order[i]!] === next) starts[next++] = i;
  starts[size] = order.length;
  return starts;
}

function isZero(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) return false;
  return true;
}

/** The number that all of them are, null if there is none. */
function only(values: ArrayLike<number>): number | null {
  const first = values[0];
  for (let i = 1; i < values.length; i++) if (values[i] !== first) return null;
  return first ?? null;
}

function packFacts(answer: AnswerRows, order: Uint32Array, starts: Uint32Array, texts: Interned<string>, viaLists: Interned<readonly string[]>): Pick<LoosePart, 'measured' | 'protocols' | 'sourcePrincipal' | 'destinationPrincipal' | 'via'> {
  const { measured, protocols, via, sourcePrincipal, destinationPrincipal } = answer, size = starts.length - 1;
  const packed = { measured: new Float64Array(size), protocols: new Float64Array(size), sourcePrincipal: new Float64Array(size), destinationPrincipal: new Float64Array(size), via: new Float64Array(size) };
  const none = viaLists.number(nothing);
  const put = (i: number, one: RowFacts): void => {
    packed.measured[i] = one.measured;
    packed.protocols[i] = one.protocols;
    packed.sourcePrincipal[i] = texts.number(one.sourcePrincipal);
    packed.destinationPrincipal[i] = texts.number(one.destinationPrincipal);
    packed.via[i] = one.via.length === 0 ? none : viaLists.number(one.via);
  };
  const at = (row: number): RowFacts => ({ measured: measured[row]!, protocols: protocols[row]!, via: via?.[row] ?? nothing, sourcePrincipal: sourcePrincipal[row]!, destinationPrincipal: destinationPrincipal[row]! });
  for (let i = 0; i < size; i++) {
    let one = at(order[starts[i]!]!);
    for (let k = starts[i]! + 1; k < starts[i + 1]!; k++) {
      const other = at(order[k]!);
      if (!sameFacts(one, other)) one = unitedFacts(one, other);
    }
    put(i, one);
  }
  return { measured: narrow(packed.measured), protocols: narrow(packed.protocols), sourcePrincipal: narrow(packed.sourcePrincipal), destinationPrincipal: narrow(packed.destinationPrincipal), via: narrow(packed.via) };
}

const nothing: readonly string[] = [];

function sameFacts(a: RowFacts, b: RowFacts): boolean {
  return a.measured === b.measured && a.protocols === b.protocols && a.sourcePrincipal === b.sourcePrincipal && a.destinationPrincipal === b.destinationPrincipal && sameTexts(a.via, b.via);
}

function numbersOf(list: ArrayLike<string>, texts: Interned<string>): Uint32Array {
  const numbers = new Uint32Array(list.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = i > 0 && list[i] === list[i - 1] ? numbers[i - 1]! : texts.number(list[i]!);
  return numbers;
}

function rowCounts({ ends, keys, counts }: CountColumn<number>, order: Uint32Array, starts: Uint32Array): LooseCounts {
  const most = keys.length, sizes = new Uint16Array(starts.length - 1), packedKeys = new Uint32Array(most), values = new Float64Array(most);
  let used = 0, greatest = 0;
  for (let i = 0; i < sizes.length; i++) {
    const before = used;
    for (let k = starts[i]!; k < starts[i + 1]!; k++) {
      const at = order[k]!;
      // Keys mostly come in one order: that of a row's next one is looked for behind where the one before was.
      let next = before;
      for (let from = at === 0 ? 0 : ends[at - 1]!; from < ends[at]!; from++) {
        const key = keys[from]!, known = k === starts[i] ? used : placeOf(packedKeys, key, before, used, next);
        if (known < used) {
          values[known]! += counts[from]!;
          next = known + 1;
          continue;
        }
        if (key > greatest) greatest = key;
        packedKeys[used] = key;
        values[used++] = counts[from]!;
      }
    }
    sizes[i] = used - before;
  }
  const packed = { sizes, keys: greatest < 0x100 ? Uint8Array.from(packedKeys.subarray(0, used)) : packedKeys.slice(0, used), counts: narrow(values.subarray(0, used)) };
  letGo([packedKeys, values]);
  return packed;
}

/** As their rows lie; they are gone afterwards. */
function packed(counts: LooseCounts): RowCounts {
  const packed = packCounts(counts, upTo(counts.sizes.length));
  letGo([counts.sizes, counts.keys, counts.counts]);
  return packed;
}

/** Where a key stands in [from, to), most likely at `likely`; `to` if nowhere. */
function placeOf(keys: Uint32Array, key: number, from: number, to: number, likely: number): number {
  if (likely < to && keys[likely] === key) return likely;
  let at = from;
  while (at < to && keys[at] !== key) at++;
  return at;
}
