import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** One conformance case: throws (or rejects) where the product differs from what the case expects. */
export interface ConformanceCase {
  readonly name: string;
  readonly run: () => void | Promise<void>;
}

export interface Skip {
  readonly case: string;
  readonly reason: string;
}

/** The cases of one suite, and those that are not run, with the reason. */
export interface Suite {
  readonly cases: readonly ConformanceCase[];
  readonly skipped: readonly Skip[];
  /** Ends what the cases started. */
  readonly close?: () => Promise<void>;
}

/** Third-party data lies beside the repository, never in it. */
export const sharedData = resolve(import.meta.dirname, '../../../shared/data');

/** The suite that `load` makes from a folder of the shared data; all of it skipped where the folder is absent. */
export function suiteFrom(folder: string, load: (path: string) => Suite): Suite {
  const path = resolve(sharedData, folder);
  return existsSync(path) ? load(path) : { cases: [], skipped: [{ case: '*', reason: `${folder} is not there` }] };
}
