import { readMeshSettings } from '../../kubernetes/mesh-config.ts';
import { defaultSettings, type MeshSettings } from '../model/settings.ts';
import type { ConfigObject, ObjectRef } from '../model/config-object.ts';
import type { Finding } from '../model/finding.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { buildMesh, checkObject } from '../validate.ts';

/** The configuration of one cluster at a time, with what is wrong with it. */
export interface ValidatedCluster {
  readonly cluster: string;
  readonly objects: readonly ConfigObject[];
  readonly byRef: (ref: ObjectRef) => ConfigObject | undefined;
  readonly mesh: Mesh;
  readonly findings: readonly Finding[];
}

/** Validates what one cluster held, by the mesh settings among it. @param atMs Unix ms at which certificates are judged */
export function validateCluster(cluster: string, objects: readonly ConfigObject[], atMs?: number): ValidatedCluster {
  const made = clusterOf(cluster, objects, atMs), found: Finding[] = [];
  for (const object of objects) checkObject(object, made.mesh, found);
  return { ...made, findings: found };
}

/** The same without any finding. */
export function clusterOf(cluster: string, objects: readonly ConfigObject[], atMs?: number): ValidatedCluster {
  const byKey = new Map(objects.map((object) => [refKey(object), object]));
  return { cluster, objects, mesh: buildMesh(objects, settingsOf(objects, atMs)), findings: [], byRef: (ref) => byKey.get(refKey(ref)) };
}

/** The settings that the objects of a cluster themselves give. @param nowMs Unix ms at which certificates are judged */
export function settingsOf(objects: readonly ConfigObject[], nowMs?: number): MeshSettings {
  return { ...readMeshSettings(objects, defaultSettings.rootNamespace), nowMs };
}

/** Unix ms at which the day of a time began, UTC: certificates are judged by the day. */
export function dayOf(atMs: number): number {
  return atMs - (atMs % 86_400_000);
}

function refKey({ group, kind, namespace, name }: ObjectRef): string {
  return JSON.stringify([group, kind, namespace, name]);
}
