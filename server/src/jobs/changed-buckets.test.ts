import { describe, expect, it } from 'vitest';
import { ChangedBuckets, DirtyQueue, neighbours } from './changed-buckets.ts';

const t = 1_800_000_000;
const inserted = (bucket: number, second: number, count: number) => ({ tenant: 't', bucket, second, count });

describe('ChangedBuckets', () => {
  it('names a bucket once for each change, also for rows that became visible late', () => {
    const changes = new ChangedBuckets();
    expect(changes.observe([inserted(t, t + 1, 5)], t - 40)).toEqual([{ tenant: 't', bucket: t, since: t + 1 }]);
    expect(changes.observe([inserted(t, t + 1, 5)], t - 39)).toEqual([]);
    expect(changes.observe([inserted(t, t + 1, 7), inserted(t + 10, t + 12, 1)], t - 38)).toEqual([{ tenant: 't', bucket: t, since: t + 1 }, { tenant: 't', bucket: t + 10, since: t + 12 }]);
  });
  it('takes the cut first second of a look for no change', () => {
    const changes = new ChangedBuckets();
    changes.observe([inserted(t, t + 1, 5)], t);
    expect(changes.observe([inserted(t, t + 1, 3)], t + 1)).toEqual([]);
  });
  it('keeps tenants apart', () => {
    expect(new ChangedBuckets().observe([inserted(t, t, 1), { ...inserted(t, t, 1), tenant: 'u' }], t)).toHaveLength(2);
  });
});

describe('DirtyQueue', () => {
  it('leaves for last what is ahead of the clock, however much it is', () => {
    const queue = new DirtyQueue();
    queue.add(Array.from({ length: 8_000 }, (_, i) => ({ tenant: 't', bucket: t + 10 * i })));
    expect(queue.take(2, 2, (t + 55) * 1000).map((one) => one.bucket)).toEqual([t + 50, t + 40, t, t + 10]);
    expect(queue.take(2, 3, (t + 55) * 1000).map((one) => one.bucket)).toEqual([t + 30, t + 20, t + 60, t + 70, t + 80]);
  });
  it('gives the newest first and always some of the oldest', () => {
    const queue = new DirtyQueue();
    queue.add(Array.from({ length: 10 }, (_, i) => ({ tenant: 't', bucket: t + 10 * i })));
    expect(queue.take(2, 1, (t + 200) * 1000).map((one) => one.bucket)).toEqual([t + 90, t + 80, t]);
    expect([queue.size, queue.oldest]).toEqual([7, t + 10]);
  });
  it('keeps appointments', () => {
    const queue = new DirtyQueue();
    queue.revisit({ tenant: 't', bucket: t }, 2000);
    queue.revisit({ tenant: 't', bucket: t }, 1000);
    expect(queue.take(5, 5, 999)).toEqual([]);
    expect(queue.take(5, 5, 1000)).toEqual([{ tenant: 't', bucket: t }]);
    expect(queue.take(5, 5, 3000)).toEqual([]);
  });
});

it('puts buckets of one tenant that are close together into one group', () => {
  const bucket = (tenant: string, offset: number) => ({ tenant, bucket: t + offset });
  expect(neighbours([bucket('t', 70), bucket('t', 0), bucket('u', 10), bucket('t', 10)]).map((group) => group.map((one) => one.bucket - t))).toEqual([[0, 10, 70], [10]]);
  expect(neighbours([bucket('t', 0), bucket('t', 80)])).toHaveLength(2);
});
