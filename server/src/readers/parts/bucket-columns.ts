import type { NativeAnswer, NumberArray } from '@orrery/collectors/store/native-reader';
import { identifier, joinSql, param, sql, type Sql } from '@orrery/collectors/store/sql';
import { summedFields, type SummedField } from '../../inference/row-columns.ts';
import type { CountColumn } from '../../inference/counts.ts';
import { answerColumns, numberCounts, textCounts, textLists, type AnswerColumns } from '../decode-traffic.ts';
import { columnOf, fractions } from '../traffic-columns.ts';
import type { AnswerRows } from './loose-part.ts';
import type { Packed } from './packed.ts';
import { mostOf } from './row-counts.ts';
import type { RowRegistry } from './row-registry.ts';
import { eachSum, type TrafficPart } from './traffic-part.ts';

/** Bytes of a number: 0 where all are zero, 2 or 4 where few are too large for that, 8 for all that is stored. */
type Room = 0 | 2 | 4 | 8;
type ShapedColumn = SummedField | 'open' | 'via' | 'responses' | 'latency';

/**
 * How much room stored rows are read in. A row has 22 counts of 8 bytes, most of which are zero or small in any one mesh: so
 * a bucket is asked for in what the buckets before it needed, and what does not fit says so.
 */
export type BucketShape = Readonly<Record<ShapedColumn, Room>>;

const shaped: readonly ShapedColumn[] = [...summedFields, 'open', 'via', 'responses', 'latency'];
const shapeBy = (roomOf: (column: ShapedColumn) => Room): BucketShape => Object.fromEntries(shaped.map((column) => [column, roomOf(column)])) as Record<ShapedColumn, Room>;

/** Whatever there may be. */
export const widest: BucketShape = shapeBy(() => 8);
/** What a column is cut to, and the greatest number of that: it stands for itself and all that is more. */
const narrow = { 2: { type: sql`toUInt16`, most: 65_535 }, 4: { type: sql`toUInt32`, most: 4_294_967_295 } } as const;

/** The room that a part would have taken, and no less than `known`. */
export function widened(known: BucketShape | undefined, part: TrafficPart, { facts }: RowRegistry): BucketShape {
  const needed = (column: ShapedColumn): Room => {
    if (column === 'via') return part.facts.some((fact) => facts.via(fact).length > 0) ? 8 : 0;
    if (column === 'responses' || column === 'latency') return part[column].counts.length === 0 ? 0 : roomFor(mostOf(part[column]));
    if (column === 'open') return roomOf(part.openConnections);
    const room = roomOf(part.sums[column]);
    return room > 0 && fractions.has(column) ? 8 : room;
  };
  return shapeBy((column) => Math.max(known?.[column] ?? 0, needed(column)) as Room);
}

function roomOf(packed: Packed | null): Room {
  if (packed === null) return 0;
  return packed.BYTES_PER_ELEMENT <= 2 ? 2 : packed instanceof Uint32Array ? 4 : 8;
}

function roomFor(count: number): Room {
  return count < narrow[2].most ? 2 : count < narrow[4].most ? 4 : 8;
}

/** A number in its room. */
function inRoom(room: Room, value: Sql): Sql {
  if (room !== 2 && room !== 4) return value;
  const { type, most } = narrow[room];
  return sql`${type}(least(${value}, ${param('UInt32', most)}))`;
}

/** What is selected of stored rows, beside their keys. `more` is 1 in rows that have something where the shape has no room. */
export function bucketColumns(shape: BucketShape): Sql {
  const without = (column: ShapedColumn, test: Sql): Sql[] => (shape[column] === 0 ? [test] : []);
  const more = [
    ...summedFields.flatMap((field) => without(field, sql`${identifier(columnOf(field))} != 0`)), ...without('open', sql`open_connections != 0`),
    ...(['via', 'responses', 'latency'] as const).flatMap((column) => without(column, sql`notEmpty(${identifier(column)})`)),
  ];
  const counts = (column: 'responses' | 'latency', keys: Sql): Sql[] => {
    const [keyName, valueName] = [identifier(`${column}_keys`), identifier(`${column}_values`)], values = sql`mapValues(${identifier(column)})`;
    if (shape[column] === 0) return [];
    return [sql`${keys} AS ${keyName}`, sql`${shape[column] === 8 ? values : sql`arrayMap(count -> ${inRoom(shape[column], sql`count`)}, ${values})`} AS ${valueName}`];
  };
  const number = (column: ShapedColumn, name: string): Sql[] => {
    if (shape[column] === 0) return [];
    return [sql`${inRoom(shape[column], identifier(name))} AS ${identifier(column)}`];
  };
  return joinSql([
    sql`measured AS measured_bits`, sql`protocols AS protocol_bits`, sql`source_principal AS source_name`, sql`destination_principal AS destination_name`,
    sql`toUInt8(${more.length === 0 ? sql`0` : joinSql(more, ' OR ')}) AS more`,
    ...shape.via === 0 ? [] : [sql`via AS via_names`],
    ...counts('responses', sql`CAST(mapKeys(responses), 'Array(LowCardinality(String))')`),
    ...counts('latency', sql`arrayMap(index -> toUInt16(least(index, 65535)), mapKeys(latency))`),
    ...summedFields.flatMap((field) => number(field, columnOf(field))), ...number('open', 'open_connections'),
  ], ', ');
}

/**
 * The rows of an answer to `bucketColumns`.
 * @param bucket Unix seconds, start of the one bucket that they are of
 * @returns null where the shape had no room for something
 */
export function decodeBucket(native: NativeAnswer, shape: BucketShape, bucket: number): Omit<AnswerRows, 'low' | 'high'> | null {
  const answer = answerColumns(native);
  if (answer.numbers('more').includes(1)) return null;
  let fits = true;
  /** Numbers that were cut are no more than their greatest. */
  const look = (name: ShapedColumn, values: ArrayLike<number>): void => {
    const room = shape[name];
    if ((room === 2 || room === 4) && Array.prototype.includes.call(values, narrow[room].most)) fits = false;
  };
  const column = (name: ShapedColumn): NumberArray | null => {
    if (shape[name] === 0) return null;
    const values = answer.numbers(name);
    look(name, values);
    return values;
  };
  const counts = <K>(name: 'responses' | 'latency', of: (c: AnswerColumns, keys: string, values: string) => CountColumn<K>): CountColumn<K> => {
    if (shape[name] === 0) return { ends: new Uint8Array(native.rows), keys: [], counts: [] };
    const found = of(answer, `${name}_keys`, `${name}_values`);
    look(name, found.counts);
    return found;
  };
  const rows = {
    sums: eachSum(column), openConnections: column('open'), measured: answer.numbers('measured_bits'), protocols: answer.numbers('protocol_bits'), firstBucket: bucket, lastBucket: bucket,
    via: shape.via === 0 ? null : textLists(native.rows, answer.lists('via_names')), sourcePrincipal: answer.texts('source_name'), destinationPrincipal: answer.texts('destination_name'),
    responses: counts('responses', textCounts), latency: counts('latency', numberCounts),
  };
  return fits ? rows : null;
}
