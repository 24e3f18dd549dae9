import type { Store } from '@orrery/collectors/store/store';
import { SeenOwners } from '../identity/seen-owners.ts';
import { createSightingReader } from '../readers/sighting-reader.ts';
import { writeIdentities } from '../writers/identity-writer.ts';
import { loadProgress, saveProgress, storeNow } from './job-progress.ts';
import type { JobReport, LeasedJob } from './leased-job.ts';

const name = 'tell identities';
/** Rows are looked at this long after they were stored once more: what is seen late is mostly seen again anyway. */
const overlapMs = 5_000;
/** After a longer rest it begins here: addresses are joined as far as the 10 s tier reaches back. */
const mostBehindMs = 6 * 3_600_000;
const saveEveryMs = 10_000;

/**
 * Tells who had which address by what telemetry says of it: sightings → intervals, beside those of the watch of Kubernetes,
 * which is believed before them (ADR 18).
 */
export function createIdentitiesJob(store: Pick<Store, 'query' | 'command' | 'insertNative'>): LeasedJob {
  const reader = createSightingReader(store);
  let owners = new SeenOwners(), seenUntil: number | null = null, savedAt = 0;
  return {
    name,
    async run(): Promise<JobReport> {
      const now = await storeNow(store);
      seenUntil ??= (await loadProgress(store, name))?.seenUntil ?? 0;
      const intervals = owners.take(await reader.since(Math.max(seenUntil - overlapMs, now - mostBehindMs)));
      try {
        await writeIdentities(store, intervals);
      } catch (error) {
        // What was taken in is not told: begin anew with the same rows.
        owners = new SeenOwners();
        throw error;
      }
      seenUntil = now;
      if (now - savedAt >= saveEveryMs) {
        await saveProgress(store, name, { seenUntil: now - overlapMs, completeUntil: 0, asOf: now });
        savedAt = now;
      }
      return { lagSeconds: 0, written: intervals.length, pending: 0 };
    },
    reset(): void {
      owners = new SeenOwners();
      seenUntil = null;
      savedAt = 0;
    },
  };
}
