import { hash } from 'node:crypto';

/** The same 64 bits for the same text in every process: the first of its SHA-256, so nobody can make two series meet. */
export function hash64(text: string): bigint {
  return BigInt(`0x${hash('sha256', text, 'hex').slice(0, 16)}`);
}

/**
 * Identity of a series: its name and its labels in any order.
 * @param labels flat pairs: name, value, name, value, …
 * @param mark tells two readings of one series apart (see `series-table.ts`), `''` ordinarily.
 */
export function seriesHash(name: string, labels: readonly string[], mark = ''): bigint {
  return hash64(`${measured(name)}${measured(mark)}${labelText(labels)}`);
}

/** Labels sorted by name as one text, which no other labels have; `without` leaves one of them out. */
export function labelText(labels: readonly string[], without = ''): string {
  const pairs: string[] = [];
  for (let i = 0; i < labels.length; i += 2) {
    const name = labels[i] ?? '';
    if (name !== without) pairs.push(measured(name) + measured(labels[i + 1] ?? ''));
  }
  return pairs.sort().join('');
}

/** A text after its length: what follows it cannot be taken for a part of it. */
function measured(text: string): string {
  return `${text.length}:${text}`;
}
