import { joinFields } from '../model/entity.ts';
import { sipHash128 } from '../model/sip-hash.ts';

const zeroKey = new Uint8Array(16);
const encoder = new TextEncoder();

/** The same 64 bits for the same text in every process: half of SipHash-128 under a zero key. */
export function hash64(text: string): bigint {
  return BigInt(`0x${sipHash128(zeroKey, encoder.encode(text)).slice(0, 16)}`);
}

/**
 * Identity of a series: its name and its labels in any order.
 * @param labels flat pairs: name, value, name, value, …
 * @param mark tells two readings of one series apart (see `series-table.ts`), `''` ordinarily.
 */
export function seriesHash(name: string, labels: readonly string[], mark = ''): bigint {
  return hash64(joinFields([name, labelText(labels), mark]));
}

/** Labels sorted by name as one text; `without` leaves one of them out. */
export function labelText(labels: readonly string[], without = ''): string {
  const pairs: string[] = [];
  for (let i = 0; i < labels.length; i += 2) {
    const name = labels[i] ?? '';
    if (name !== without) pairs.push(joinFields([name, labels[i + 1] ?? '']));
  }
  return joinFields(pairs.sort());
}
