import { application, EntityKind, externalHost, unknownEntity, workload, type Entity } from '../model/entity.ts';
import { deploymentOfReplicaSet, workloadOfJob, workloadOfPod } from '../model/workload-name.ts';
import type { HubbleEndpoint } from './flow-message.ts';
import { reservedIdentity, type ReservedIdentity } from './reserved-identity.ts';

/** Labels that name the application and its version, in Istio's order (canonical service), then Cilium's and older ones. */
const appLabels = ['service.istio.io/canonical-name', 'app.kubernetes.io/name', 'app', 'k8s-app', 'name'];
const versionLabels = ['service.istio.io/canonical-revision', 'app.kubernetes.io/version', 'version'];

/**
 * Who an endpoint is: the workload of a pod, else what Cilium's reserved identity says.
 * @param cluster name of a cluster to which Cilium was given none (its `default`), `''` to leave it so
 * @param dnsNames names of the address, [] for clients: who calls from outside is `world`, by whatever name
 */
export function entityOfEndpoint(endpoint: HubbleEndpoint, cluster: string, dnsNames: readonly string[]): Entity {
  // A packet that left the proxy has the node's address: only the identity's labels then tell whose it is.
  const namespace = endpoint.namespace || labelValue(endpoint, 'io.kubernetes.pod.namespace');
  if (namespace !== '' || endpoint.podName !== '') return podEntity(endpoint, namespace, clusterOf(endpoint, cluster));
  const reserved = reservedIdentity(endpoint);
  return reserved === null ? unknownEntity : reservedEntity(reserved, endpoint, dnsNames);
}

function podEntity(endpoint: HubbleEndpoint, namespace: string, cluster: string): Entity {
  const { podName, workloads } = endpoint;
  const app = firstLabel(endpoint, appLabels), version = firstLabel(endpoint, versionLabels);
  const [controller] = workloads;
  const name = controller ? workloadName(controller) : workloadOfPod(podName);
  if (name !== '') return { ...workload(cluster, namespace, name, app, version), kind: podKind(endpoint) };
  return app === '' ? { ...unknownEntity, cluster, namespace } : application(cluster, namespace, app, version);
}

/** Cilium mostly names the topmost controller; a bare ReplicaSet or Job is one that it could not look up further. */
function workloadName({ kind, name }: { readonly kind: string; readonly name: string }): string {
  if (kind === 'ReplicaSet') return deploymentOfReplicaSet(name);
  return kind === 'Job' ? workloadOfJob(name) : name;
}

/** Istio labels the pods of its gateways and waypoints. */
function podKind(endpoint: HubbleEndpoint): EntityKind {
  if (labelValue(endpoint, 'gateway.istio.io/managed') === 'istio.io-mesh-controller') return EntityKind.waypoint;
  const isGateway = labelValue(endpoint, 'gateway.networking.k8s.io/gateway-name') !== '' || /^(?:in|e)gressgateway$/.test(labelValue(endpoint, 'istio'));
  return isGateway ? EntityKind.gateway : EntityKind.workload;
}

function reservedEntity(reserved: ReservedIdentity, endpoint: HubbleEndpoint, dnsNames: readonly string[]): Entity {
  switch (reserved) {
    case 'world': {
      const host = (dnsNames[0] ?? fqdnOf(endpoint)).replace(/\.$/, '').toLowerCase();
      return host === '' ? { ...unknownEntity, kind: EntityKind.world, name: 'world' } : externalHost(host);
    }
    case 'ingress':
      return { ...unknownEntity, kind: EntityKind.gateway, name: 'ingress' };
    case 'unmanaged':
      return unknownEntity;
    case 'kube-apiserver': case 'health': case 'host':
      return externalHost(reserved);
  }
}

/** The host that a DNS policy allowed, where it names one host. */
function fqdnOf({ labels }: HubbleEndpoint): string {
  const label = labels.find((candidate) => candidate.startsWith('fqdn:') && !candidate.includes('*'));
  return label === undefined ? '' : label.slice('fqdn:'.length);
}

/** Cilium calls a cluster that nobody named `default`: then the configured name is better. */
function clusterOf(endpoint: HubbleEndpoint, configured: string): string {
  const name = endpoint.clusterName || labelValue(endpoint, 'io.cilium.k8s.policy.cluster');
  return configured !== '' && (name === '' || name === 'default') ? configured : name;
}

function firstLabel(endpoint: HubbleEndpoint, keys: readonly string[]): string {
  for (const key of keys) {
    const value = labelValue(endpoint, key);
    if (value !== '') return value;
  }
  return '';
}

function labelValue({ labels }: HubbleEndpoint, key: string): string {
  const prefix = `k8s:${key}=`;
  const label = labels.find((candidate) => candidate.startsWith(prefix));
  return label === undefined ? '' : label.slice(prefix.length);
}
