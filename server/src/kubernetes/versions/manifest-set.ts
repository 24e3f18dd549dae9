import type { ConfigObject } from '../../validation/model/config-object.ts';
import type { KubeObject } from '../kube-object.ts';
import type { ConfigVersion } from './config-version.ts';
import type { ConfigVersions } from './config-versions.ts';
import { objectOfManifest } from './manifest-versions.ts';

/** What a set of manifests is to the versions that are known. */
export interface ManifestDifference {
  readonly versions: readonly ConfigVersion[];
  /** Objects of the set that are kept; others are of kinds that nothing reads. */
  readonly kept: number;
}

/**
 * The versions that a set of manifests adds to what is known of its cluster: what is new or changed, and, where the set is
 * all there is, the end of what is not in it. Of several objects of one name the last stands.
 */
export function differenceOfManifests(known: ConfigVersions, objects: Iterable<ConfigObject>, isWhole: boolean, nowMs: number): ManifestDifference {
  const manifests = new Map<string, KubeObject>(), versions: ConfigVersion[] = [];
  for (const object of objects) {
    const manifest = objectOfManifest(object);
    if (manifest !== undefined) manifests.set(object.id, manifest);
  }
  known.beginAnew();
  for (const manifest of manifests.values()) {
    const version = known.put(manifest, nowMs);
    if (version !== undefined) versions.push(version);
  }
  if (isWhole) versions.push(...known.settleAll(nowMs));
  return { versions, kept: manifests.size };
}
