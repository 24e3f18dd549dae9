import { readNative, type NativeColumn } from '@orrery/collectors/store/native-reader';
import { letGo } from '../../inference/let-go.ts';
import { answerColumns, decodeSums } from '../decode-traffic.ts';
import { decodeBucket, type BucketShape } from './bucket-columns.ts';
import { packAnswer, type AnswerRows, type LoosePart } from './loose-part.ts';
import { eachSum } from './traffic-part.ts';

/** What an answer is to: `bucketColumns` of one bucket that starts at these Unix seconds, or `answerSums`; both with `hashHalves`. */
export type AnswerForm = { readonly kind: 'bucket'; readonly shape: BucketShape; readonly bucket: number } | { readonly kind: 'sums' };

/**
 * Packs an answer in Native format.
 * @returns null where the shape had no room for something
 * @throws NativeFormatError
 */
export function packBytes(bytes: Uint8Array, form: AnswerForm): LoosePart | null {
  const native = readNative(bytes);
  if (native.rows === 0) return packAnswer(noAnswer);
  const answer = answerColumns(native), columns = form.kind === 'bucket' ? decodeBucket(native, form.shape, form.bucket) : sumRows(native.rows, answer);
  const part = columns && packAnswer({ ...columns, low: answer.numbers('hash_low'), high: answer.numbers('hash_high') });
  for (const column of native.columns.values()) letGo(arraysOf(column));
  return part;
}

function arraysOf(column: NativeColumn): ArrayBufferView[] {
  if (column.kind === 'numbers') return [column.values];
  return column.kind === 'lists' ? [column.ends, ...arraysOf(column.items)] : [];
}

function sumRows(rows: number, answer: ReturnType<typeof answerColumns>): Omit<AnswerRows, 'low' | 'high'> {
  const columns = decodeSums(rows, answer);
  return { ...columns, sums: eachSum((field) => columns[field]) };
}

const noCounts = { ends: [], keys: [], counts: [] };
const noAnswer: AnswerRows = {
  low: [], high: [], sums: eachSum(() => null), openConnections: null, measured: [], protocols: [], via: null, sourcePrincipal: [], destinationPrincipal: [],
  firstBucket: 0, lastBucket: 0, responses: noCounts, latency: noCounts,
};
