import { encodeBlock } from './native-block.ts';
import { leaseRow } from './rows/lease-row.ts';
import { sql } from './sql.ts';
import type { Store } from './store.ts';

/** A held lease. Its holder leads while `now < expiresAtMs`; `epoch` fences what it writes: a higher one has taken over. */
export interface Lease {
  readonly name: string;
  readonly epoch: number;
  readonly holder: string;
  /** Unix milliseconds. */
  readonly expiresAtMs: number;
}

type LeaseStore = Pick<Store, 'query' | 'insertNative'>;

/**
 * Acquires or renews a lease; null while another holder has it.
 *
 * ClickHouse has no compare-and-swap, but it drops an insert whose deduplication token it has seen:
 *  1. read the newest epoch of the lease; stop where another holder's time is not up;
 *  2. insert a claim on the next epoch under the token `lease:<name>:<epoch>`: of all racers one is stored;
 *  3. read the epoch back: its row names the leader.
 * A renewal is a new epoch of the same holder, claimed while the old one still runs. Clocks of holders need to agree
 * to well under `ttlMs`.
 * @param holder unique to the process, e.g. host, pid and a random part
 * @param now Unix milliseconds
 */
export async function acquireLease(store: LeaseStore, name: string, holder: string, ttlMs: number, now: number): Promise<Lease | null> {
  const current = await newest(store, name);
  if (current && current.holder !== holder && current.expiresAtMs > now) return null;
  const claim: Lease = { name, epoch: (current?.epoch ?? 0) + 1, holder, expiresAtMs: now + ttlMs };
  await store.insertNative(leaseRow.table, leaseRow.columns.map((one) => one.name), encodeBlock(leaseRow, [claim]), `lease:${name}:${claim.epoch}`);
  const elected = await newest(store, name);
  return elected && elected.epoch === claim.epoch && elected.holder === holder ? elected : null;
}

/** Ends a lease early, so that the next holder need not wait for it to expire. */
export async function releaseLease(store: LeaseStore, lease: Lease, now: number): Promise<void> {
  const current = await newest(store, lease.name);
  if (!current || current.epoch !== lease.epoch || current.holder !== lease.holder) return;
  const claim: Lease = { ...lease, epoch: lease.epoch + 1, expiresAtMs: now };
  await store.insertNative(leaseRow.table, leaseRow.columns.map((one) => one.name), encodeBlock(leaseRow, [claim]), `lease:${lease.name}:${claim.epoch}`);
}

/** True while no higher epoch than the lease's own is claimed: what a fenced write asks first. */
export async function leads(store: Pick<Store, 'query'>, lease: Lease): Promise<boolean> {
  const current = await newest(store, lease.name);
  return current !== null && current.epoch === lease.epoch && current.holder === lease.holder;
}

async function newest(store: Pick<Store, 'query'>, name: string): Promise<Lease | null> {
  // Two rows of one epoch can only stand where the server forgot a token; then the lower holder is the leader for all.
  const rows = await store.query<Lease>(sql`
    SELECT name, epoch, holder, toUnixTimestamp64Milli(expires_at) AS expiresAtMs
    FROM leases WHERE name = ${name} ORDER BY epoch DESC, holder LIMIT 1`, { name: 'newest lease' });
  return rows[0] ?? null;
}
