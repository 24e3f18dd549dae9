import type { ConfigObject, ObjectRef } from '../model/config-object.ts';
import type { FindingSpell } from './spell.ts';

/** The newest version of a cluster's configuration, by when it was seen and when it was stored; Unix ms. */
export interface ConfigMark {
  readonly cluster: string;
  readonly seenMs: number;
  readonly writtenMs: number;
}

/** Configuration as it was at a time; times in Unix ms. */
export interface ConfigurationReader {
  /** How far the versions of each cluster go, of those seen by a time; cheap. What is equal has the same configuration. */
  marks(tenant: string, atMs: number): Promise<readonly ConfigMark[]>;
  /** What stood at a time; `cluster` null = all. */
  objectsAt(tenant: string, cluster: string | null, atMs: number): Promise<readonly ConfigObject[]>;
}

/** When objects last changed; times in Unix ms. */
export interface ConfigChangeReader {
  /**
   * Objects of a cluster whose configuration became what it was at `toMs` after `fromMs`, with that time; changes of status
   * are none. Of workloads, which change with each roll-out, nothing is told.
   */
  changedWithin(tenant: string, cluster: string, fromMs: number, toMs: number): Promise<readonly ConfigChangeTime[]>;
}

/** When an object was last changed, Unix ms. */
export interface ConfigChangeTime extends Omit<ObjectRef, 'cluster'> {
  readonly changedMs: number;
}

/** When findings came and went; times in Unix ms. */
export interface FindingReader {
  /** Spells of a cluster that stand. */
  standing(tenant: string, cluster: string): Promise<readonly FindingSpell[]>;
  /** Spells of these findings that began by `atMs`, newest first, at most `most` of each. */
  ofFindings(tenant: string, findings: readonly string[], atMs: number, most: number): Promise<readonly FindingSpell[]>;
  /** Spells that stood in [fromMs, toMs), of one finding or of all; newest first. */
  within(tenant: string, fromMs: number, toMs: number, finding: string | null, most: number): Promise<readonly FindingSpell[]>;
}
