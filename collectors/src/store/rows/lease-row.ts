import { dateTime64Ms, lowCardinality, string, uint64 } from '../native-types.ts';
import { column, tableRow } from '../native-block.ts';

/** One claim on a lease: the first row of an epoch is its leader. */
export interface LeaseRow {
  readonly name: string;
  readonly epoch: number;
  readonly holder: string;
  /** Unix milliseconds. */
  readonly expiresAtMs: number;
}

/** Columns of `leases`: a row for each epoch of a lease. */
export const leaseRow = tableRow<LeaseRow>('leases', [
  column('name', lowCardinality, (r) => r.name),
  column('epoch', uint64, (r) => r.epoch),
  column('holder', string, (r) => r.holder),
  column('expires_at', dateTime64Ms, (r) => r.expiresAtMs),
]);
