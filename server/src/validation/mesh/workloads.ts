import { dig, field, list, text } from '../model/fields.ts';
import { labelsFrom, selects, type Labels } from '../model/labels.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { dataplaneMode, isAmbientNamespace, namespaceLabels, waypointNamed } from './ambient.ts';
import type { Mesh } from './mesh.ts';

/** The pod template of a workload; a pod is its own, and a CronJob keeps it one level deeper. */
export function podTemplate({ kind, body, spec }: ConfigObject): unknown {
  if (kind === 'Pod') return body;
  return kind === 'CronJob' ? dig(spec, 'jobTemplate', 'spec', 'template') : field(spec, 'template');
}

/** The labels of a workload's pods, or its own where it has no template. */
export function workloadLabels(workload: ConfigObject): Labels {
  const template = podTemplate(workload);
  return template === undefined ? workload.labels : labelsFrom(dig(template, 'metadata', 'labels'));
}

/** Workloads of a namespace, or of all with `*`, whose pods have these labels; none for an empty selector. */
export function workloadsWith(selector: Labels, namespace: string, mesh: Mesh): ConfigObject[] {
  return byLabels('workload-label', selector, namespace, mesh).filter((workload) => selects(selector, workloadLabels(workload)));
}

/** Workloads of a namespace, of whatever kind. */
export function workloadsIn(namespace: string, mesh: Mesh): readonly ConfigObject[] {
  return mesh.find('kind-in', `Workload/${namespace}`);
}

/** The pods of a workload that are known: its template, and pods that its selector matches. */
function podsOf(workload: ConfigObject, mesh: Mesh): unknown[] {
  const selector = labelsFrom(dig(workload.spec, 'selector', 'matchLabels'));
  const running = byLabels('pod-label', selector, workload.namespace, mesh).filter(({ labels }) => selects(selector, labels)).map(({ body }) => body);
  const template = podTemplate(workload);
  return template === undefined ? running : [template, ...running];
}

/** True where a pod of the workload carries Istio's proxy as a sidecar. */
export function hasSidecar(workload: ConfigObject, mesh: Mesh): boolean {
  return podsOf(workload, mesh).some((pod) =>
    labelsFrom(dig(pod, 'metadata', 'annotations')).has('sidecar.istio.io/status')
    || [...list(dig(pod, 'spec', 'containers')), ...list(dig(pod, 'spec', 'initContainers'))].some((container) => field(container, 'name') === 'istio-proxy'));
}

/** True where a pod's traffic is redirected to ztunnel. */
export function isRedirected(workload: ConfigObject, mesh: Mesh): boolean {
  return podsOf(workload, mesh).some((pod) => text(dig(pod, 'metadata', 'annotations', 'ambient.istio.io/redirection')) === 'enabled');
}

/** Asked to be ambient, by its own label or its namespace's; `none` on the workload opts out. */
export function hasAmbientLabel(workload: ConfigObject, mesh: Mesh): boolean {
  const own = workloadLabels(workload).get(dataplaneMode);
  return own === 'ambient' || (own !== 'none' && isAmbientNamespace(workload.namespace, mesh));
}

/** Asked to get a sidecar, by its own label or its namespace's, and not opted out by either. */
export function hasInjectionLabel(workload: ConfigObject, mesh: Mesh): boolean {
  const namespace = namespaceLabels(workload.namespace, mesh), own = workloadLabels(workload).get('sidecar.istio.io/inject');
  if (own === 'false' || own === 'none' || namespace.get('istio-injection') === 'disabled') return false;
  return own === 'true' || own === 'enabled' || namespace.get('istio-injection') === 'enabled' || text(namespace.get('istio.io/rev')) !== undefined;
}

/** Whether ztunnel takes the workload’s traffic: it is redirected already, or labelled so and without a sidecar, which goes first. */
export function isAmbient(workload: ConfigObject, mesh: Mesh): boolean {
  return isRedirected(workload, mesh) || (hasAmbientLabel(workload, mesh) && !hasSidecar(workload, mesh));
}

/** By the labels that Istio and the Gateway API put on what they deploy, and of the classic ingress and egress gateways. */
export function isWaypointOrGateway(workload: ConfigObject): boolean {
  const labels = workloadLabels(workload);
  return labels.has('gateway.istio.io/managed') || labels.has('gateway.networking.k8s.io/gateway-name') || labels.get('istio') === 'ingressgateway' || labels.get('istio') === 'egressgateway';
}

/** The waypoint that a workload's labels name, if there is one of that name. */
export function findsWaypoint(workload: ConfigObject, mesh: Mesh): boolean {
  const named = waypointNamed(workloadLabels(workload), workload.namespace, mesh);
  return named !== undefined && mesh.find('waypoint', `${named.namespace}/${named.name}`).length > 0;
}

function byLabels(topic: 'workload-label' | 'pod-label', selector: Labels, namespace: string, mesh: Mesh): readonly ConfigObject[] {
  for (const [key, value] of selector) return mesh.find(topic, `${namespace}|${key}=${value}`);
  return [];
}
