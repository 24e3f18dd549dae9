import { application, EntityKind, unknownEntity, workload, type Entity } from '../model/entity.ts';
import { fieldIndex, type FieldValues } from './span-fields.ts';
import { deploymentOfPod, deploymentOfReplicaSet, workloadOfJob } from '../model/workload-name.ts';

type Attributes = ReadonlyMap<string, string>;

/**
 * Who a resource is. The workload is named by its controller in Kubernetes, else found in the name of its pod;
 * without either there is only the application, `service.name`.
 */
export function entityFromResource(resource: Attributes): Entity {
  const cluster = text(resource, 'k8s.cluster.name');
  const namespace = text(resource, 'k8s.namespace.name') || text(resource, 'service.namespace');
  const app = serviceName(resource);
  const version = text(resource, 'service.version');
  const name = workloadName(resource);
  if (name !== '') return workload(cluster, namespace, name, app, version);
  return app === '' ? { ...unknownEntity, cluster, namespace } : application(cluster, namespace, app, version);
}

/** `service.name`, `''` for the default that SDKs fill in (`unknown_service`, `unknown_service:<process>`). */
function serviceName(resource: Attributes): string {
  const name = text(resource, 'service.name');
  return /^unknown_service(?::|$)/.test(name) ? '' : name;
}

function workloadName(resource: Attributes): string {
  return (
    text(resource, 'k8s.deployment.name') ||
    text(resource, 'k8s.statefulset.name') ||
    text(resource, 'k8s.daemonset.name') ||
    text(resource, 'k8s.cronjob.name') ||
    workloadOfJob(text(resource, 'k8s.job.name')) ||
    deploymentOfReplicaSet(text(resource, 'k8s.replicaset.name')) ||
    deploymentOfPod(text(resource, 'k8s.pod.name'))
  );
}

/**
 * Who a proxy's span speaks for: the workload beside it. Istio's tags name the application; `node_id`
 * (`<type>~<ip>~<pod>.<namespace>~<domain>`) tells a gateway or waypoint from a sidecar and holds the pod.
 * Istio sets `service.name` to `<app>.<namespace>`, so without tags both are in it.
 */
export function entityOfProxy(resource: Entity, fields: FieldValues): Entity {
  const node = nodeOf(fields.get(fieldIndex.nodeId));
  const [serviceApp, serviceNamespace] = splitServiceName(resource.app);
  const namespace = fields.get(fieldIndex.istioNamespace) || resource.namespace || node.namespace || serviceNamespace;
  const app = fields.get(fieldIndex.canonicalService) || (serviceNamespace === namespace ? serviceApp : resource.app);
  const version = fields.get(fieldIndex.canonicalRevision) || resource.version;
  const cluster = resource.cluster || fields.get(fieldIndex.istioCluster);
  const name = resource.kind === EntityKind.workload ? resource.name : deploymentOfPod(node.pod);
  if (node.kind !== EntityKind.workload) {
    return { cluster, namespace, kind: node.kind, name: name || app, app, version };
  }
  if (name !== '') return workload(cluster, namespace, name, app, version);
  return app === '' ? { ...unknownEntity, cluster, namespace } : application(cluster, namespace, app, version);
}

function nodeOf(nodeId: string): { kind: 'workload' | 'gateway' | 'waypoint'; pod: string; namespace: string } {
  const [type = '', , id = ''] = nodeId.split('~');
  const dot = id.lastIndexOf('.');
  return {
    kind: type === 'router' ? 'gateway' : type === 'waypoint' ? 'waypoint' : 'workload',
    pod: dot < 0 ? id : id.slice(0, dot),
    namespace: dot < 0 ? '' : id.slice(dot + 1),
  };
}

function splitServiceName(name: string): [app: string, namespace: string] {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
}

/** Identities go into columns of low cardinality; names in Kubernetes have at most 253 characters. */
const maxNameLength = 256;

function text(attributes: Attributes, key: string): string {
  const value = attributes.get(key) ?? '';
  return value.length > maxNameLength ? value.slice(0, maxNameLength) : value;
}
