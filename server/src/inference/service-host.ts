import { EntityKind, externalHost, unknownEntity, type Entity } from '@orrery/collectors/model/entity';

/** A Kubernetes service by name and namespace. */
export interface ServiceName { readonly name: string; readonly namespace: string }

const kubernetesHost = /^([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\.([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\.svc(?:\.[-.a-z0-9]+)?$/;
const headlessHost = /^[-a-z0-9]+\.([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\.([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\.svc(?:\.[-.a-z0-9]+)?$/;
const clusterName = /^(?:PassthroughCluster|BlackHoleCluster|InboundPassthroughCluster\w*)$/;

/** Envoy's cluster for what the mesh does not know and lets through (PassthroughCluster), or does not allow and drops (BlackHoleCluster). */
export function isEgressCluster({ namespace, name }: Entity): boolean {
  return namespace === '' && (name === 'PassthroughCluster' || name === 'BlackHoleCluster');
}

/** `<service>.<namespace>.svc[.…]`; the host of a headless service's pod folds into its service (rule 9). Null for any other host. */
export function kubernetesService(host: string): ServiceName | null {
  const match = kubernetesHost.exec(host) ?? headlessHost.exec(host);
  return match ? { name: match[1] ?? '', namespace: match[2] ?? '' } : null;
}

/**
 * The entity that a service host stands for where no workload behind it is known: a service of the cluster,
 * else an external host. Istio's pseudo services (`PassthroughCluster`, …) are shown as services.
 */
export function serviceEntity(cluster: string, host: string): Entity {
  const service = kubernetesService(host);
  if (service) return { ...unknownEntity, cluster, namespace: service.namespace, kind: EntityKind.service, name: service.name };
  if (clusterName.test(host)) return { ...unknownEntity, kind: EntityKind.service, name: host };
  return externalHost(host);
}
