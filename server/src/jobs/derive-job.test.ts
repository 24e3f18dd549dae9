import { expect, it } from 'vitest';
import type { Sql } from '@orrery/collectors/store/sql';
import { sql } from '@orrery/collectors/store/sql';
import type { QueryOptions } from '@orrery/collectors/store/store';
import type { DirtyBucket } from './changed-buckets.ts';
import { createDeriveJob } from './derive-job.ts';

/** A store in which rows of three buckets, minutes apart, came just now. */
function storeWith(nowMs: number, buckets: readonly number[]) {
  const saved: string[] = [];
  const answers: Readonly<Record<string, readonly object[]>> = {
    'store clock': [{ now: nowMs }], 'load job progress': [], 'test: inserted': buckets.map((bucket) => ({ tenant: 't', bucket, second: Math.floor(nowMs / 1000), count: 1 })),
  };
  return {
    saved,
    query: <T>(_query: Sql, { name }: QueryOptions): Promise<T[]> => Promise.resolve((answers[name] ?? []) as T[]),
    command: (_query: Sql, { name }: QueryOptions): Promise<void> => (saved.push(name), Promise.resolve()),
  };
}

it('a bucket that cannot be computed holds up no other, and is tried again until it can', async () => {
  const now = 1_800_000_000_000, buckets = [0, 300, 600].map((ago) => now / 1000 - ago), broken = buckets[0]!;
  const store = storeWith(now, buckets), written: number[] = [];
  let isMended = false, tries = 0;
  const job = createDeriveJob<DirtyBucket>(store, {
    name: 'test', inserted: () => sql`SELECT 1`,
    compute(dirty) {
      if (dirty.some(({ bucket }) => bucket === broken)) tries++;
      return !isMended && dirty.some(({ bucket }) => bucket === broken) ? Promise.reject(new Error('too long')) : Promise.resolve(dirty);
    },
  }, { write: (_, rows) => (written.push(...rows.map(({ bucket }) => bucket)), Promise.resolve(rows.length)) });
  await expect(job.run()).rejects.toThrow('too long');
  expect([written.toSorted(), tries, store.saved]).toEqual([buckets.slice(1).toSorted(), 1, []]);
  await expect(job.run()).rejects.toThrow('too long');
  isMended = true;
  expect(await job.run()).toMatchObject({ written: 1, pending: 0 });
  expect([written.at(-1), tries, store.saved]).toEqual([broken, 3, ['save job progress']]);
});
