import { toConfigObject, type ConfigObject } from '../validation/model/config-object.ts';
import type { ClusterApi } from './cluster-api.ts';
import { chooseVersion, createDiscovery, type ServedResource } from './discovery.ts';
import type { KubeObject } from './kube-object.ts';
import { resourceId, type WatchedResource } from './resources.ts';
import { storedForm } from './versions/stored-form.ts';
import { isFailure, readPage } from './watch/read-answer.ts';
import { listPath } from './watch/run-watch.ts';
import type { WatchFailure } from './watch/watch-input.ts';

/** What a cluster holds at this moment. */
export interface ClusterContents {
  readonly objects: readonly ConfigObject[];
  /** Resources that could not be read, with the reason: the others stand. */
  readonly refused: readonly { readonly resource: string; readonly message: string }[];
}

const pageSize = 500;
/** Times that a list begins anew because its pages have expired. */
const mostRestarts = 2;

/** Reads the configuration of a cluster once, in the form in which a watch keeps it. A cluster that cannot be asked at all is a failure. */
export async function readCluster(api: ClusterApi, resources: readonly WatchedResource[], signal: AbortSignal): Promise<ClusterContents | WatchFailure> {
  const wanted = resources.filter(({ isConfig }) => isConfig);
  const offered = await createDiscovery(api, new Set(wanted.map(({ group }) => group))).poll(signal);
  if (offered === null || isFailure(offered)) return offered ?? { kind: 'malformed', message: 'the API server does not say what it serves' };
  const refused: { resource: string; message: string }[] = [], found = new Map<string, ConfigObject>();
  await Promise.all(wanted.map(async (resource) => {
    const served = chooseVersion(resource, offered);
    if (served === undefined) return;
    const listed = await listAll(api, served, signal);
    if (isFailure(listed)) refused.push({ resource: resourceId(resource), message: listed.message });
    else for (const object of listed) put(resource.keep(object), found);
  }));
  return { objects: [...found.values()], refused };
}

/** Pods of one controller are one object, under its name, as in what is stored. */
function put(kept: KubeObject, found: Map<string, ConfigObject>): void {
  const form = storedForm(kept);
  if (form === undefined) return;
  const answer = toConfigObject(JSON.parse(form.object), { cluster: '', defaultNamespace: '' });
  if (answer.ok && !found.has(answer.object.id)) found.set(answer.object.id, answer.object);
}

async function listAll(api: ClusterApi, served: ServedResource, signal: AbortSignal): Promise<readonly KubeObject[] | WatchFailure> {
  let objects: KubeObject[] = [], continueToken = '';
  for (let restarts = 0;;) {
    const answer = await api.get({ path: listPath(served, pageSize, continueToken), signal });
    const page = isFailure(answer) ? answer : readPage(answer.body, served);
    if (isFailure(page)) {
      const hasExpired = page.kind === 'status' && page.code === 410 && continueToken !== '';
      if (!hasExpired || restarts++ >= mostRestarts) return page;
      objects = [];
      continueToken = '';
      continue;
    }
    objects.push(...page.objects);
    continueToken = page.continueToken;
    if (continueToken === '') return objects;
  }
}
