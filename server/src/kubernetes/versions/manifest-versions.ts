import type { ConfigObject } from '../../validation/model/config-object.ts';
import { isMap } from '../../validation/model/fields.ts';
import type { KubeObject } from '../kube-object.ts';
import { watchedResources } from '../resources.ts';

const byKind = new Map(watchedResources.map((resource) => [`${resource.group}/${resource.kind}`, resource]));

/**
 * A manifest as an object of a cluster, with no more kept of it than a watch keeps: of kinds that are not watched, such as
 * Secrets, nothing. A manifest has no uid and no version.
 */
export function objectOfManifest({ group, version, kind, namespace, name, body }: ConfigObject): KubeObject | undefined {
  const resource = byKind.get(`${group}/${kind}`);
  if (resource === undefined || !resource.isConfig || !isMap(body)) return undefined;
  // Of ConfigMaps the mesh configuration alone; a revision's is named for it.
  if (resource.name !== undefined && name !== resource.name && !name.startsWith(`${resource.name}-`)) return undefined;
  const metadata = isMap(body['metadata']) ? body['metadata'] : {};
  return resource.keep({ ...body, apiVersion: group === '' ? version : `${group}/${version}`, kind, metadata: { ...metadata, name, namespace, uid: '', resourceVersion: '' } });
}
