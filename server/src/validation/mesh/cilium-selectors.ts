import { dig, field, isMap, list, shown, text, texts } from '../model/fields.ts';
import { labelsFrom } from '../model/labels.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { namespaceLabels } from './ambient.ts';
import type { Mesh } from './mesh.ts';
import { podTemplate, workloadLabels, workloadsIn } from './workloads.ts';

/** One requirement of an endpoint selector on a label. */
interface Requirement {
  /** Without the source that it is written with: `k8s:app` and `any:app` are `app`. */
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/**
 * An endpoint selector of Cilium. It `isOpaque` where it names what manifests do not show: labels of other sources
 * (`reserved:`, `cidr:`, …), or endpoints of other clusters.
 */
export interface EndpointSelector {
  readonly requirements: readonly Requirement[];
  /** True where it says itself from which namespaces; else those of a namespaced policy are of its own. */
  readonly namesNamespace: boolean;
  readonly isOpaque: boolean;
}

/** The key by which Cilium’s selectors name the namespace of a pod. */
export const podNamespace = 'io.kubernetes.pod.namespace';
const namespaceLabelPrefix = 'io.cilium.k8s.namespace.labels.', account = 'io.cilium.k8s.policy.serviceaccount', clusterLabel = 'io.cilium.k8s.policy.cluster';

/**
 * Decodes a Kubernetes label selector whose keys may carry Cilium’s source (`k8s:app`, `any.app`). Opaque is what cannot be held
 * against a workload’s labels: other sources, other clusters, what is no map.
 */
export function endpointSelector(value: unknown): EndpointSelector {
  const expressions = list(field(value, 'matchExpressions')).map((expression) => ({
    written: text(field(expression, 'key')) ?? '', operator: shown(field(expression, 'operator')), values: texts(field(expression, 'values')).map((one) => one.text),
  }));
  const all = [...[...labelsFrom(field(value, 'matchLabels'))].map(([written, label]) => ({ written, operator: 'In', values: [label] })), ...expressions]
    .map((one) => ({ ...one, ...splitSource(one.written) }));
  return {
    requirements: all.map(({ key, operator, values }) => ({ key, operator, values })),
    namesNamespace: all.some(({ key }) => key === podNamespace || key.startsWith(namespaceLabelPrefix)),
    isOpaque: !isMap(value) || all.some(({ source, key }) => !['any', 'k8s'].includes(source) || key === clusterLabel),
  };
}

/** `k8s:app` → source `k8s`; keys without a source are of any. A colon is no part of a Kubernetes label; `$` and `reserved.` are older forms. */
function splitSource(written: string): { readonly source: string; readonly key: string } {
  if (written.startsWith('$') || written.startsWith('reserved.')) return { source: 'reserved', key: written };
  const colon = written.indexOf(':');
  return colon < 0 ? { source: 'any', key: written } : { source: written.slice(0, colon), key: written.slice(colon + 1) };
}

/**
 * The workloads whose pods a selector matches, from the first on.
 * @param home the only namespace that is looked into; undefined for all
 */
export function* workloadsMatching({ requirements }: EndpointSelector, home: string | undefined, mesh: Mesh): Generator<ConfigObject> {
  for (const workload of candidates(requirements, home, mesh)) {
    if (home !== undefined && workload.namespace !== home) continue;
    if (requirements.every((one) => meets(labelOf(workload, one.key, mesh), one))) yield workload;
  }
}

/** Whether a workload’s pods meet every requirement, by their labels and those of their namespace. */
export function matchesWorkload({ requirements }: EndpointSelector, workload: ConfigObject, mesh: Mesh): boolean {
  return requirements.every((one) => meets(labelOf(workload, one.key, mesh), one));
}

/** The smallest set that the index has which holds all that can match. */
function candidates(requirements: readonly Requirement[], home: string | undefined, mesh: Mesh): readonly ConfigObject[] {
  const exact = requirements.filter(({ operator, values }) => operator === 'In' && values.length === 1);
  const namespace = home ?? exact.find(({ key }) => key === podNamespace)?.values[0];
  const label = exact.find(({ key }) => key !== podNamespace && key !== account && !key.startsWith(namespaceLabelPrefix));
  if (label !== undefined) return mesh.find('workload-label', `${namespace ?? '*'}|${label.key}=${label.values[0] ?? ''}`);
  return namespace === undefined ? mesh.find('kind', 'Workload') : workloadsIn(namespace, mesh);
}

function labelOf(workload: ConfigObject, key: string, mesh: Mesh): string | undefined {
  if (key === podNamespace) return workload.namespace;
  if (key === account) return text(dig(podTemplate(workload), 'spec', 'serviceAccountName')) ?? 'default';
  if (key.startsWith(namespaceLabelPrefix)) return namespaceLabels(workload.namespace, mesh).get(key.slice(namespaceLabelPrefix.length)) ?? (key.endsWith('/metadata.name') ? workload.namespace : undefined);
  return workloadLabels(workload).get(key);
}

function meets(label: string | undefined, { operator, values }: Requirement): boolean {
  switch (operator) {
    case 'In': return label !== undefined && values.includes(label);
    case 'NotIn': return label === undefined || !values.includes(label);
    case 'Exists': return label !== undefined;
    case 'DoesNotExist': return label === undefined;
    default: return false;
  }
}

/** True where whatever `inner` matches is matched by `outer` too, as far as the requirements alone tell. */
export function takesIn(outer: EndpointSelector, inner: EndpointSelector): boolean {
  return !outer.isOpaque && !inner.isOpaque && outer.requirements.every((one) => inner.requirements.some((other) => isImplied(one, other)));
}

function isImplied(wanted: Requirement, given: Requirement): boolean {
  if (wanted.key !== given.key) return false;
  if (wanted.operator === 'Exists') return given.operator === 'In' || given.operator === 'Exists';
  if (wanted.operator === 'In') return given.operator === 'In' && given.values.every((value) => wanted.values.includes(value));
  return wanted.operator === given.operator && wanted.values.every((value) => given.values.includes(value)) && (wanted.operator === 'NotIn' || wanted.operator === 'DoesNotExist');
}

/** As it is shown in messages: `app=cart, tier in (a, b)`. */
export function selectorText({ requirements }: EndpointSelector): string {
  return requirements.map(({ key, operator, values }) => (operator === 'In' && values.length === 1 ? `${key}=${values[0] ?? ''}` : `${key} ${operator}${values.length > 0 ? ` (${values.join(', ')})` : ''}`)).join(', ') || 'any label';
}
