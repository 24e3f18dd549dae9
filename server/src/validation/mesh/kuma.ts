import { dig, field, integer, isMap, list, text } from '../model/fields.ts';
import { labelsFrom, selects, type Labels } from '../model/labels.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { namespaceLabels } from './ambient.ts';
import type { Mesh } from './mesh.ts';
import { workloadLabels, workloadsIn } from './workloads.ts';

export const serviceTag = 'kuma.io/service';
const meshLabel = 'kuma.io/mesh', injection = 'kuma.io/sidecar-injection';

/** The Mesh that an object of Kuma belongs to: its field in the older kinds, a label in the newer, else `default`. */
export function meshOf({ body, labels, annotations }: ConfigObject): string {
  return text(field(body, 'mesh')) ?? text(labels.get(meshLabel)) ?? text(annotations.get(meshLabel)) ?? 'default';
}

/** The Mesh that a workload's pods join, and where that is written. */
export function meshOfWorkload(workload: ConfigObject, mesh: Mesh): string {
  return text(workloadLabels(workload).get(meshLabel)) ?? text(namespaceLabels(workload.namespace, mesh).get(meshLabel)) ?? 'default';
}

/** True where the workload's pods get a proxy of Kuma. */
export function isInjected(workload: ConfigObject, mesh: Mesh): boolean {
  return (workloadLabels(workload).get(injection) ?? namespaceLabels(workload.namespace, mesh).get(injection)) === 'enabled';
}

/** A `targetRef`, or a `backendRef`, which is read alike. */
export interface KumaTarget {
  readonly kind: string;
  readonly name: string | undefined;
  /** As it is written; undefined stands for that of the policy. */
  readonly namespace: string | undefined;
  readonly tags: Labels;
  readonly labels: Labels;
  readonly section: string | undefined;
}

/** A target that is not written is the whole Mesh. */
export function targetOf(ref: unknown): KumaTarget {
  const port = integer(field(ref, 'port'));
  return {
    kind: text(field(ref, 'kind')) ?? 'Mesh', name: text(field(ref, 'name')), namespace: text(field(ref, 'namespace')), tags: labelsFrom(field(ref, 'tags')),
    labels: labelsFrom(field(ref, 'labels')), section: text(field(ref, 'sectionName')) ?? (port === undefined ? undefined : String(port)),
  };
}

/** Equal for targets that stand for the same, seen from one namespace. */
export function targetKey({ kind, name, namespace, tags, labels, section }: KumaTarget, home: string): string {
  const sorted = (map: Labels): unknown => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([kind, name, name === undefined ? undefined : namespace ?? home, sorted(tags), sorted(labels), section]);
}

/** One item of `to`, `from` or `rules` of a policy. */
export interface KumaItem {
  readonly path: string;
  readonly section: 'to' | 'from';
  readonly body: unknown;
  readonly target: KumaTarget;
}

/** The items of a policy’s `to` and `from`, with the place of each. */
export function itemsOf({ spec }: ConfigObject): KumaItem[] {
  return (['to', 'from'] as const).flatMap((section) => list(field(spec, section)).map((body, n) => ({ path: `spec/${section}[${n}]`, section, body, target: targetOf(field(body, 'targetRef')) })));
}

/** Tags that a control plane adds, of which manifests tell nothing. */
const added: readonly string[] = ['kuma.io/zone', 'kuma.io/protocol', 'kuma.io/instance', 'k8s.kuma.io/namespace', 'k8s.kuma.io/service-name', 'k8s.kuma.io/service-port', 'kuma.io/workload'];

/**
 * The proxies of a Mesh that have these labels or tags: workloads that get one, and Dataplanes.
 * @param namespace the only one that is looked into; undefined for all
 */
export function proxiesWith(wanted: Labels, namespace: string | undefined, meshName: string, mesh: Mesh): ConfigObject[] {
  const plain = new Map([...wanted].filter(([key]) => key !== serviceTag && !added.includes(key))), service = wanted.get(serviceTag);
  const dataplanes = (namespace === undefined ? mesh.find('kind', 'KumaDataplane') : mesh.find('kind-in', `KumaDataplane/${namespace}`))
    .filter((one) => meshOf(one) === meshName && tagsOfDataplane(one).some((tags) => selects(plain, tags) && (service === undefined || tags.get(serviceTag) === service)));
  const workloads = candidates(plain, service, namespace, mesh)
    .filter((one) => (namespace === undefined || one.namespace === namespace) && isInjected(one, mesh) && meshOfWorkload(one, mesh) === meshName && selects(plain, workloadLabels(one)));
  return [...workloads, ...dataplanes];
}

function candidates(labels: Labels, service: string | undefined, namespace: string | undefined, mesh: Mesh): readonly ConfigObject[] {
  if (service !== undefined) {
    const named = parseServiceTag(service), found = named && mesh.find('id', `Service/${named.namespace}/${named.name}`)[0];
    if (found === undefined) return [];
    const selector = labelsFrom(dig(found.spec, 'selector'));
    return selector.size === 0 ? [] : workloadsIn(found.namespace, mesh).filter((one) => selects(selector, workloadLabels(one)));
  }
  for (const [key, value] of labels) return mesh.find('workload-label', `${namespace ?? '*'}|${key}=${value}`);
  return namespace === undefined ? mesh.find('kind', 'Workload') : workloadsIn(namespace, mesh);
}

/** The tags of each inbound, or of the gateway, of a Dataplane, with its labels. */
export function tagsOfDataplane({ labels, spec }: ConfigObject): Labels[] {
  const networking = field(spec, 'networking'), gateway = field(networking, 'gateway');
  return [...list(field(networking, 'inbound')), ...(isMap(gateway) ? [gateway] : [])].map((one) => new Map([...labels, ...labelsFrom(field(one, 'tags'))]));
}

/** `cart_shop_svc_80`, which Kuma makes of port 80 of Service `cart` in namespace `shop`; without port for headless ones. */
export function parseServiceTag(tag: string): { readonly name: string; readonly namespace: string; readonly port: number | undefined } | undefined {
  const [, name = '', namespace = '', port] = /^([^_]+)_([^_]+)_svc(?:_(\d+))?$/.exec(tag) ?? [];
  return name === '' ? undefined : { name, namespace, port: port === undefined ? undefined : Number(port) };
}

/** The host of the Kubernetes Service behind a MeshService, where there is one. */
export function hostOfService({ kind, name, namespace }: KumaTarget, home: string, { settings }: Mesh): string | undefined {
  if (name === undefined || !(kind === 'MeshService' || kind === 'MeshServiceSubset')) return undefined;
  const named = parseServiceTag(name) ?? { name, namespace: namespace ?? home };
  return `${named.name}.${named.namespace}.${settings.identityDomain}`;
}

/** True where proxies of a cluster are known: without any, that a policy selects none says nothing. */
export function knowsProxies(mesh: Mesh): boolean {
  return mesh.find('kind', 'KumaDataplane').length > 0 || mesh.find('kind', 'Workload').some((workload) => isInjected(workload, mesh));
}
