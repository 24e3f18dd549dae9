import type { EdgeTraffic } from '@orrery/collectors/model/edge-traffic';
import type { Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { addChanged, ChangedBuckets, DirtyQueue, neighbours, type ChangedBucket, type DirtyBucket, type InsertedCount } from './changed-buckets.ts';
import { loadProgress, saveProgress, storeNow } from './job-progress.ts';
import type { JobReport, LeasedJob } from './leased-job.ts';
import { countPassedOver, type PassedOver } from './passed-over.ts';

/** What a source of raw rows has to say for its buckets to be recomputed. */
export interface Derivation<Row = EdgeTraffic> {
  readonly name: string;
  /** Counts by tenant, bucket and second of all raw rows inserted since `sinceMs`, of buckets from `oldestBucket` on. */
  inserted(sinceMs: number, oldestBucket: number): Sql;
  /**
   * Buckets of other rows that mean something else because of what came: the counterparts of rows new to `changed`, and what was
   * written beside them since `sinceMs`.
   */
  related?(changed: readonly ChangedBucket[], sinceMs: number): Promise<readonly DirtyBucket[]>;
  /** The rows of some neighbouring buckets of one tenant, computed from their raw rows alone. `revisit`: ask again at that time (Unix ms). */
  compute(buckets: readonly DirtyBucket[], nowMs: number, revisit: (bucket: DirtyBucket, at: number) => void): Promise<readonly Row[]>;
  /** Told, once for each token, of rows that came while the job ran nowhere and are too old for it now. */
  passedOver?(rows: readonly PassedOver[], token: string): Promise<void>;
}

/** Where recomputed rows go; returns how many differed from what stood there. */
export interface RecomputedRows<Row> {
  write(buckets: readonly DirtyBucket[], rows: readonly Row[]): Promise<number>;
}

/** A row is visible at most this long after its `inserted_at` (inserts give up after 30 s). */
const overlapMs = 40_000;
/** Buckets computed together. The newest are what somebody waits for; the rest is worked off while the tick has time left. */
const newestBuckets = 2, oldestBuckets = 6;
const budgetMs = 500;
/** The 10 s tier keeps 6 h: older buckets have nowhere to go. */
export const keptSeconds = 6 * 3_600;
const relatedEveryMs = 4_000;
const saveEveryMs = 10_000;

/**
 * Recomputes edge traffic from raw rows, bucket by bucket:
 * 1. look which buckets got rows since the last tick (`inserted_at`, with an overlap), and whose counterparts did;
 * 2. take the newest dirty buckets, then the oldest while there is time;
 * 3. compute each from all its raw rows, so that running again, or from the middle, gives the same rows;
 * 4. write what differs, withdraw what is gone;
 * 5. once nothing is left over, note how far it came, for the next process to go on from; what came while nobody worked, and is
 *    too old by now, is told.
 */
export function createDeriveJob<Row>(store: Pick<Store, 'query' | 'command'>, derivation: Derivation<Row>, rows: RecomputedRows<Row>): LeasedJob {
  const queue = new DirtyQueue();
  let changes = new ChangedBuckets();
  let seenUntil: number | null = null;
  /** Changed buckets whose counterparts were not looked for yet. */
  const unrelated = new Map<string, ChangedBucket>();
  let relatedAt = 0, savedAt = 0;
  /** Unix ms until when another process, or this one, had seen what came; null once it is told what was passed over since. */
  let seenBefore: number | null = null;

  async function tellPassedOver(now: number): Promise<void> {
    if (seenBefore === null || !derivation.passedOver) return;
    // Progress is behind what was seen: by the overlap, and by what came before it was saved again.
    const since = seenBefore + overlapMs + 2 * saveEveryMs;
    if (since < now - keptSeconds * 1000) {
      const rows = await countPassedOver(store, (sinceMs, oldest) => derivation.inserted(sinceMs, oldest), since, now / 1000 - keptSeconds, keptSeconds);
      if (rows.length > 0) await derivation.passedOver(rows, `${derivation.name} ${seenBefore}`);
    }
    seenBefore = null;
  }

  return {
    name: derivation.name,
    async run(): Promise<JobReport> {
      const now = await storeNow(store);
      if (seenUntil === null) {
        seenBefore = (await loadProgress(store, derivation.name))?.seenUntil ?? null;
        seenUntil = seenBefore ?? now - keptSeconds * 1000;
      }
      const since = Math.min(seenUntil, now) - overlapMs;
      const counts = await store.query<InsertedCount>(derivation.inserted(since, now / 1000 - keptSeconds), { name: `${derivation.name}: inserted`, timeoutMs: 20_000 });
      const changed = changes.observe(counts, Math.floor(since / 1000));
      queue.add(changed);
      if (derivation.related) for (const one of changed) addChanged(unrelated, one);
      if (derivation.related && now - relatedAt >= relatedEveryMs) {
        queue.add(await derivation.related([...unrelated.values()], Math.max(since, relatedAt - overlapMs)));
        unrelated.clear();
        relatedAt = now;
      }
      // From here on the changes are in the queue; they are lost with the process only, whose progress is older.
      seenUntil = now;

      let written = 0;
      const deadline = performance.now() + budgetMs, errors: unknown[] = [], failed: DirtyBucket[] = [];
      const compute = async (taken: readonly DirtyBucket[]): Promise<void> => {
        for (const group of neighbours(taken)) {
          try {
            const derived = await derivation.compute(group, now, (bucket, at) => queue.revisit(bucket, at));
            written += await rows.write(group, derived);
          } catch (error) {
            errors.push(error);
            failed.push(...group);
          }
        }
      };
      await compute(queue.take(newestBuckets, 0, now));
      while (queue.size > 0 && performance.now() < deadline) await compute(queue.take(0, oldestBuckets, now));
      // A bucket that cannot be computed holds up no other; it is tried again at each tick, and progress waits for it.
      queue.add(failed);
      if (errors.length > 0) throw errors[0];
      await tellPassedOver(now);
      if (queue.size === 0 && now - savedAt >= saveEveryMs) {
        await saveProgress(store, derivation.name, { seenUntil: now - overlapMs, completeUntil: 0, asOf: now });
        savedAt = now;
      }
      return { lagSeconds: queue.oldest === null ? 0 : Math.max(0, now / 1000 - queue.oldest), written, pending: queue.size };
    },
    /** Somebody else may have worked meanwhile: begin again from the progress in the store. */
    reset(): void {
      queue.clear();
      unrelated.clear();
      changes = new ChangedBuckets();
      seenUntil = null;
      relatedAt = savedAt = 0;
    },
  };
}
