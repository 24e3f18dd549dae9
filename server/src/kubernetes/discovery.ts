import { dig, field, list, text } from '../validation/model/fields.ts';
import { isFailure } from './watch/read-answer.ts';
import type { ClusterApi } from './cluster-api.ts';
import type { WatchedResource } from './resources.ts';
import type { WatchFailure } from './watch/watch-input.ts';

/** A watched resource in the version in which this API server offers it. */
export interface ServedResource {
  readonly apiVersion: string;
  readonly kind: string;
  /** `/api/v1/pods`, `/apis/<group>/<version>/<plural>`: of all namespaces. */
  readonly path: string;
  /** Only the objects of this name are asked for. */
  readonly name: string | undefined;
}

/** `<group>/<plural>` → versions that are served, the server's preferred one first. */
export type Served = ReadonlyMap<string, readonly string[]>;

/** What an API server offers, asked again and again: a custom resource may come and go at any time. */
export interface Discovery {
  /** Null where nothing changed since the last answer. */
  poll(signal: AbortSignal): Promise<Served | null | WatchFailure>;
}

/** Discovery in one answer for all groups (Kubernetes 1.26 and later), in the plain form of older ones otherwise. */
const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

/** @param groups what is asked for one by one where the server does not aggregate */
export function createDiscovery(api: ClusterApi, groups: ReadonlySet<string>): Discovery {
  let etag = '';
  return {
    async poll(signal) {
      const answer = await api.get({ path: '/apis', accept: aggregated, ifNoneMatch: etag, signal });
      if (isFailure(answer)) return answer;
      if (answer.unchanged) return null;
      const document = parsed(answer.body);
      const served = field(document, 'kind') === 'APIGroupDiscoveryList' ? readAggregated(document) : await askEach(api, document, groups, signal);
      // Only a whole answer is remembered: a group that failed is asked again.
      if (!isFailure(served)) etag = answer.etag;
      return served;
    },
  };
}

/** Where and in which version a resource is served; undefined where it is not. The core group always is. */
export function chooseVersion(resource: WatchedResource, served: Served): ServedResource | undefined {
  const { group, plural, kind, versions, name } = resource;
  if (group === '') return { apiVersion: 'v1', kind, path: `/api/v1/${plural}`, name };
  const offered = served.get(`${group}/${plural}`) ?? [];
  const version = versions.find((one) => offered.includes(one)) ?? offered[0];
  return version === undefined ? undefined : { apiVersion: `${group}/${version}`, kind, path: `/apis/${group}/${version}/${plural}`, name };
}

/** Versions of an aggregated answer come in the server's order of preference. A stale group is one whose server does not answer. */
export function readAggregated(document: unknown): Served {
  const served = new Map<string, string[]>();
  for (const group of list(field(document, 'items'))) {
    const groupName = text(dig(group, 'metadata', 'name'));
    for (const version of list(field(group, 'versions'))) {
      const versionName = text(field(version, 'version'));
      if (groupName === undefined || versionName === undefined) continue;
      for (const resource of list(field(version, 'resources'))) add(served, groupName, text(field(resource, 'resource')), versionName);
    }
  }
  return served;
}

async function askEach(api: ClusterApi, groupList: unknown, wanted: ReadonlySet<string>, signal: AbortSignal): Promise<Served | WatchFailure> {
  const served = new Map<string, string[]>();
  for (const group of list(field(groupList, 'groups'))) {
    const groupName = text(field(group, 'name'));
    if (groupName === undefined || !wanted.has(groupName)) continue;
    for (const version of list(field(group, 'versions'))) {
      const versionName = text(field(version, 'version')), path = text(field(version, 'groupVersion'));
      if (versionName === undefined || path === undefined) continue;
      const answer = await api.get({ path: `/apis/${path}`, signal });
      if (isFailure(answer)) return answer;
      for (const resource of list(field(parsed(answer.body), 'resources'))) add(served, groupName, text(field(resource, 'name')), versionName);
    }
  }
  return served;
}

function add(served: Map<string, string[]>, group: string, plural: string | undefined, version: string): void {
  if (plural === undefined || plural.includes('/')) return;
  const key = `${group}/${plural}`, versions = served.get(key);
  if (versions === undefined) served.set(key, [version]);
  else versions.push(version);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
