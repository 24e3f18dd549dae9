import type { Edge } from '@orrery/collectors/model/edge';
import type { Instrument, Intent, Side } from '@orrery/collectors/model/edge-traffic';
import type { LatencyLayout } from '@orrery/collectors/model/latency-layout';
import { NativeFormatError, type NativeAnswer, type NativeColumn, type NumberArray } from '@orrery/collectors/store/native-reader';
import type { CountColumn } from '../inference/counts.ts';
import { summedFields, type RowColumns, type RowKey, type SummedField } from '../inference/row-columns.ts';

/** Columns of an answer, each as what it must be. */
export interface AnswerColumns {
  numbers(name: string): NumberArray;
  texts(name: string): readonly string[];
  lists(name: string): NativeColumn & { readonly kind: 'lists' };
}

/** @throws NativeFormatError from its methods where a column is missing or of another kind */
export function answerColumns({ columns }: NativeAnswer): AnswerColumns {
  const of = <K extends NativeColumn['kind']>(name: string, kind: K): NativeColumn & { readonly kind: K } => {
    const column = columns.get(name);
    if (column?.kind !== kind) throw new NativeFormatError(`the answer has no column ${name} of ${kind}`);
    return column as NativeColumn & { readonly kind: K };
  };
  return { numbers: (name) => of(name, 'numbers').values, texts: (name) => of(name, 'texts').values, lists: (name) => of(name, 'lists') };
}

type NameOf = (id: string) => Edge | null;
type LayoutOf = (id: number) => LatencyLayout | null;

/** The columns of an answer to `traffic-columns.ts`, with names and layouts put in. */
export function decodeTraffic(rows: number, c: AnswerColumns, nameOf: NameOf, layoutOf: LayoutOf): RowColumns {
  return { ...decodeSums(rows, c), keys: decodeKeys(c, Array.from({ length: rows }, (_, i) => i), nameOf, layoutOf) };
}

/** Whose numbers some rows of an answer hold. */
export function decodeKeys(c: AnswerColumns, rows: readonly number[], nameOf: NameOf, layoutOf: LayoutOf): RowKey[] {
  if (rows.length === 0) return [];
  const ids = c.texts('edge_id'), instrument = c.texts('instrument') as readonly Instrument[], side = c.texts('side') as readonly Side[], feed = c.texts('feed'), intent = c.texts('intent') as readonly Intent[], layout = c.numbers('layout_id');
  let edgeId = '';
  return rows.map((i) => {
    // Rows of one edge, which mostly follow each other, hold one text.
    if (ids[i] !== edgeId) edgeId = ids[i]!;
    return { edgeId, edge: nameOf(edgeId), instrument: instrument[i]!, side: side[i]!, feed: feed[i]!, intent: intent[i]!, layout: layoutOf(layout[i]!) };
  });
}

/** The numbers of an answer to `traffic-columns.ts`. */
export function decodeSums(rows: number, c: AnswerColumns): Omit<RowColumns, 'keys' | 'latency'> & { readonly latency: CountColumn<number> } {
  const wide = (name: string): Float64Array => {
    const values = c.numbers(name);
    return values instanceof Float64Array ? values : new Float64Array(values);
  };
  const sums = Object.fromEntries(summedFields.map((field) => [field, wide(field)])) as Record<SummedField, Float64Array>;
  return {
    ...sums,
    measured: wide('measured_bits'), protocols: wide('protocol_bits'), openConnections: wide('open'), firstBucket: wide('first_bucket'), lastBucket: wide('last_bucket'),
    via: textLists(rows, c.lists('via_names')), sourcePrincipal: c.texts('source_name'), destinationPrincipal: c.texts('destination_name'),
    responses: textCounts(c, 'response_keys', 'response_values'), latency: numberCounts(c, 'latency_keys', 'latency_values'),
  };
}

/** Counts out of two lists, read in place. */
export function textCounts(c: AnswerColumns, keys: string, values: string): CountColumn<string> {
  return { ends: c.lists(keys).ends, keys: texts(c.lists(keys).items), counts: numbers(c.lists(values).items) };
}

/** Likewise, by number. */
export function numberCounts(c: AnswerColumns, keys: string, values: string): CountColumn<number> {
  return { ends: c.lists(keys).ends, keys: numbers(c.lists(keys).items), counts: numbers(c.lists(values).items) };
}

type Lists = NativeColumn & { readonly kind: 'lists' };

const nothing: readonly string[] = [];

/** Lists of each row; those without anything are one. */
export function textLists(rows: number, { ends, items }: Lists): (readonly string[])[] {
  const values = items.kind === 'texts' ? items.values : nothing, lists = new Array<readonly string[]>(rows);
  for (let i = 0, from = 0; i < rows; i++) {
    const to = ends[i]!;
    lists[i] = to > from ? values.slice(from, to) : nothing;
    from = to;
  }
  return lists;
}

function texts(column: NativeColumn): readonly string[] {
  if (column.kind !== 'texts') throw new NativeFormatError('counts whose keys are no texts');
  return column.values;
}

function numbers(column: NativeColumn): NumberArray {
  if (column.kind !== 'numbers') throw new NativeFormatError('counts that are no numbers');
  return column.values;
}
