import type { TrafficReader } from '../../inference/ports.ts';

/** For so long the beginning of the data is not asked for again: it moves by retention alone. */
const keptMs = 60_000;

/**
 * Tells when a tenant's data began, Unix seconds; null while there are none. Rates of a window are per the time from then on, also
 * where its first bucket is of an hour in which data began late.
 * @param now Unix milliseconds
 */
export function createDataBegan(tenant: string, reader: Pick<TrafficReader, 'oldestBucket'>, now: () => number): () => Promise<number | null> {
  let known: { readonly at: number; readonly bucket: number } | null = null;
  return async () => {
    if (known && now() - known.at < keptMs) return known.bucket;
    const bucket = await reader.oldestBucket({ tenant, namespaces: null });
    known = bucket === null ? null : { at: now(), bucket };
    return bucket;
  };
}
