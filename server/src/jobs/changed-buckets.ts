/** Rows of one bucket that were inserted within one second. */
export interface InsertedCount {
  readonly tenant: string;
  /** Unix seconds, start of the 10 s bucket that the rows belong to. */
  readonly bucket: number;
  /** Unix seconds when they were inserted. */
  readonly second: number;
  readonly count: number;
}

/** A bucket of a tenant that has to be computed again. */
export interface DirtyBucket { readonly tenant: string; readonly bucket: number }

/** A bucket that got rows. */
export interface ChangedBucket extends DirtyBucket {
  /** Unix seconds: none of the rows that are new to it was inserted earlier. */
  readonly since: number;
}

/**
 * Finds the buckets that changed since the last look. A row becomes visible some time after its `inserted_at`, so each look
 * reaches back over an overlap; what was counted before in the same second is remembered, and only a difference is a change.
 */
export class ChangedBuckets {
  readonly #counts = new Map<string, InsertedCount>();

  /** @param since Unix seconds from which on `rows` is complete: what is older is forgotten */
  observe(rows: readonly InsertedCount[], since: number): ChangedBucket[] {
    const changed = new Map<string, ChangedBucket>();
    for (const row of rows) {
      const key = `${row.tenant}\0${row.bucket}\0${row.second}`;
      // The first second is cut by the beginning of the look: fewer rows there are no change.
      const known = this.#counts.get(key)?.count ?? 0;
      if (row.count === known || (row.second <= since && row.count < known)) continue;
      this.#counts.set(key, row);
      addChanged(changed, { tenant: row.tenant, bucket: row.bucket, since: row.second });
    }
    for (const [key, row] of this.#counts) if (row.second < since) this.#counts.delete(key);
    return [...changed.values()];
  }
}

/** Joins what is known of one bucket. */
export function addChanged(changed: Map<string, ChangedBucket>, one: ChangedBucket): void {
  const key = `${one.tenant}\0${one.bucket}`, known = changed.get(key);
  if (!known || one.since < known.since) changed.set(key, one);
}

/**
 * Buckets that wait to be computed: newest first for freshness, but always some of the oldest too. Those of a time that has not
 * come, from clocks that are ahead, are last: however many they are, they keep nobody waiting.
 */
export class DirtyQueue {
  readonly #dirty = new Map<string, DirtyBucket>();
  readonly #revisits = new Map<string, DirtyBucket & { readonly at: number }>();

  get size(): number {
    return this.#dirty.size;
  }

  /** Start of the oldest bucket that waits, Unix seconds; null if none does. */
  get oldest(): number | null {
    let oldest: number | null = null;
    for (const { bucket } of this.#dirty.values()) oldest = oldest === null ? bucket : Math.min(oldest, bucket);
    return oldest;
  }

  add(buckets: Iterable<DirtyBucket>): void {
    for (const { tenant, bucket } of buckets) this.#dirty.set(`${tenant}\0${bucket}`, { tenant, bucket });
  }

  /** Makes a bucket dirty once `at` (Unix ms) has come; the earliest appointment holds. */
  revisit(bucket: DirtyBucket, at: number): void {
    const key = `${bucket.tenant}\0${bucket.bucket}`;
    const known = this.#revisits.get(key);
    if (!known || at < known.at) this.#revisits.set(key, { ...bucket, at });
  }

  /** Takes up to `newest` + `oldest` buckets out, after adding those whose appointment has come. */
  take(newest: number, oldest: number, now: number): DirtyBucket[] {
    for (const [key, appointment] of this.#revisits) {
      if (appointment.at > now) continue;
      this.#revisits.delete(key);
      this.add([{ tenant: appointment.tenant, bucket: appointment.bucket }]);
    }
    const sorted = [...this.#dirty.values()].sort((a, b) => b.bucket - a.bucket || (a.tenant < b.tenant ? -1 : 1));
    const first = sorted.findIndex(({ bucket }) => bucket * 1000 <= now), ahead = first < 0 ? sorted : sorted.slice(0, first), come = first < 0 ? [] : sorted.slice(first);
    const taken = [...come.slice(0, newest), ...[...come.slice(newest).reverse(), ...ahead.reverse()].slice(0, oldest)];
    for (const { tenant, bucket } of taken) this.#dirty.delete(`${tenant}\0${bucket}`);
    return taken;
  }

  clear(): void {
    this.#dirty.clear();
    this.#revisits.clear();
  }
}

/** Buckets of one tenant that lie within a minute of each other: one computation reads them together. */
export function neighbours(buckets: readonly DirtyBucket[]): DirtyBucket[][] {
  const sorted = [...buckets].sort((a, b) => (a.tenant < b.tenant ? -1 : a.tenant > b.tenant ? 1 : a.bucket - b.bucket));
  const groups: DirtyBucket[][] = [];
  for (const one of sorted) {
    const last = groups.at(-1)?.at(-1);
    if (last && last.tenant === one.tenant && one.bucket - last.bucket <= 60) groups.at(-1)!.push(one);
    else groups.push([one]);
  }
  return groups;
}
