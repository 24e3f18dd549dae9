import type { ConfigObject } from '../../validation/model/config-object.ts';
import { isMap } from '../../validation/model/fields.ts';
import type { KubeObject } from '../kube-object.ts';
import { watchedResources } from '../resources.ts';

const byKind = Map.groupBy(watchedResources, ({ group, kind }) => `${group}/${kind}`);

/**
 * A manifest as an object of a cluster, with no more kept of it than a watch keeps: of kinds that are not watched, such as
 * Secrets, nothing. A manifest has no uid and no version.
 */
export function objectOfManifest({ group, version, kind, namespace, name, body }: ConfigObject): KubeObject | undefined {
  // Of ConfigMaps the mesh configuration alone; a revision's is named for it.
  const resource = byKind.get(`${group}/${kind}`)?.find((one) => one.name === undefined || name === one.name || name.startsWith(`${one.name}-`));
  if (resource === undefined || !resource.isConfig || !isMap(body)) return undefined;
  const metadata = isMap(body['metadata']) ? body['metadata'] : {};
  return resource.keep({ ...body, apiVersion: group === '' ? version : `${group}/${version}`, kind, metadata: { ...metadata, name, namespace, uid: '', resourceVersion: '' } });
}
