import type { Writable } from 'node:stream';
import type { BundleContents, BundleHeader, BundlePiece, BundleRange } from './manifest.ts';
import { writeBundle } from './write-bundle.ts';

/** What of a window is asked for; times in Unix seconds. */
export interface BundleRequest {
  readonly from: number;
  readonly to: number;
  readonly lookbackSeconds: number;
  readonly title: string;
}

/** What bundles are made of; `now` in Unix ms. */
export interface BundleSources {
  readonly tenant: string;
  readonly orreryVersion: string;
  readonly schemaVersion: number;
  readonly now: () => number;
  pieces(range: BundleRange): AsyncIterable<BundlePiece>;
}

/** Makes bundles of the live store. */
export interface Bundles {
  /** True while one is being made: only one is at a time, for each reads much. */
  busy(): boolean;
  /** Writes the bundle of a window to `out` and ends it. */
  record(request: BundleRequest, out: Writable): Promise<BundleContents>;
}

/** One bundle at a time, straight from the store to whoever asked. */
export function createBundles({ tenant, orreryVersion, schemaVersion, now, pieces }: BundleSources): Bundles {
  let busy = false;
  return {
    busy: () => busy,
    async record({ from, to, lookbackSeconds, title }, out) {
      const header: BundleHeader = { format: 'orrery-bundle', formatVersion: 1, orreryVersion, schemaVersion, tenant, window: { from, to }, lookbackSeconds, recordedAtMs: now(), title };
      busy = true;
      try {
        return await writeBundle(header, pieces({ tenant, from, to, lookbackSeconds }), out);
      } finally {
        busy = false;
      }
    },
  };
}
