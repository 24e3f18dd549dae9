import { randomUUID } from 'node:crypto';

/** What recomputed rows are written under. */
export interface RowVersion {
  /** Of rows with one key the one with the highest version stands. */
  readonly version: number;
  /** Tells blocks apart: two processes may compute in the same millisecond while a lease changes hands. */
  readonly token: string;
}

/** Versions that grow with the clock, and never fall behind the last one. @param now Unix ms */
export function createRowVersions(name: string, now: () => number): () => RowVersion {
  const instance = randomUUID();
  let version = 0;
  return () => {
    version = Math.max(version + 1, now());
    return { version, token: `${name}:${instance}:${version}` };
  };
}
