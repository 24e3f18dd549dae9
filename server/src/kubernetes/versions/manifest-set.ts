import type { ConfigObject } from '../../validation/model/config-object.ts';
import type { KubeObject } from '../kube-object.ts';
import { groupOf, type ConfigHead, type ConfigVersion } from './config-version.ts';
import { ConfigVersions } from './config-versions.ts';
import { objectOfManifest } from './manifest-versions.ts';

/** What a set of manifests is to the versions that are stored. */
export interface ManifestDifference {
  readonly versions: readonly ConfigVersion[];
  /** Objects of the set that are kept; others are of kinds that nothing reads. */
  readonly kept: number;
}

/**
 * The versions that a whole set of manifests adds to what is stored of its cluster: what is new or changed, and, where the
 * set is all there is, the end of what is not in it. Of several objects of one name the last stands.
 */
export function differenceOfManifests(cluster: string, objects: Iterable<ConfigObject>, heads: Iterable<ConfigHead>, isWhole: boolean, nowMs: number): ManifestDifference {
  const stored = [...heads], known = new ConfigVersions(cluster, stored), versions: ConfigVersion[] = [];
  const manifests = new Map<string, KubeObject>();
  for (const object of objects) {
    const manifest = objectOfManifest(object);
    if (manifest !== undefined) manifests.set(object.id, manifest);
  }
  for (const manifest of manifests.values()) {
    const version = known.put(manifest, nowMs);
    if (version !== undefined) versions.push(version);
  }
  if (isWhole) {
    const kinds = new Map(stored.map(({ apiVersion, kind }) => [`${groupOf(apiVersion)}/${kind}`, { group: groupOf(apiVersion), kind }]));
    for (const { group, kind } of kinds.values()) versions.push(...known.settle(group, kind, nowMs));
  }
  return { versions, kept: manifests.size };
}
