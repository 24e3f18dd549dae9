import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import { dig, field, list, text } from '../../validation/model/fields.ts';
import { timeMs, type KubeObject } from '../kube-object.ts';
import { appOf, labelsOf, versionOf } from '../workload-of-pod.ts';

/** Somebody who says that an address is theirs. */
export interface Claim {
  readonly address: string;
  /** 0 = the whole address. */
  readonly port: number;
  /** Tells claimants apart: the uid of the pod or service. */
  readonly claimant: string;
  readonly entity: Entity;
  /** Hosts of the services that stand in front of it, in order: `orders.shop.svc.cluster.local`. */
  readonly services: readonly string[];
  readonly pod: string;
  readonly node: string;
  readonly zone: string;
  /** Unix ms. */
  readonly fromMs: number;
}

/** What a pod's claims need of other objects. */
export interface PodSurroundings {
  readonly entity: Entity;
  readonly zoneOf: (node: string) => string;
  readonly servicesOf: (address: string) => readonly string[];
}

/**
 * The addresses of a running pod. A pod of the host's network owns the ports of its containers, not the node's address.
 * A pod that has ended (Succeeded, Failed) owns nothing: its address may already be another's.
 */
export function claimsOfPod(pod: KubeObject, { entity, zoneOf, servicesOf }: PodSurroundings): readonly Claim[] {
  const status = pod['status'], spec = pod['spec'], { uid, name } = pod.metadata;
  if (hasEnded(pod)) return [];
  const addresses = new Set([text(field(status, 'podIP')), ...list(field(status, 'podIPs')).map((one) => text(field(one, 'ip')))].filter((one) => one !== undefined));
  const ports = field(spec, 'hostNetwork') === true ? portsOf(spec) : [0];
  const node = text(field(spec, 'nodeName')) ?? '', fromMs = startOf(pod);
  return [...addresses].flatMap((address) => {
    const services = servicesOf(address);
    return ports.map((port): Claim => ({ address, port, claimant: uid, entity, services, pod: name, node, zone: zoneOf(node), fromMs }));
  });
}

/**
 * The addresses of a service: its cluster addresses whole; of a load balancer and of external addresses only its own
 * ports, because several services may stand behind one.
 */
export function claimsOfService(cluster: string, clusterDomain: string, service: KubeObject): readonly Claim[] {
  const { namespace, name, uid } = service.metadata, spec = service['spec'], labels = labelsOf(service);
  const entity: Entity = { cluster, namespace, kind: EntityKind.service, name, app: appOf(labels), version: versionOf(labels) };
  const claim = (address: string, port: number): Claim => ({
    address, port, claimant: uid, entity, services: [serviceHost(namespace, name, clusterDomain)], pod: '', node: '', zone: '', fromMs: timeMs(service.metadata['creationTimestamp']) ?? 0,
  });
  const strings = (value: unknown): string[] => list(value).filter((one) => typeof one === 'string');
  const own = new Set([text(field(spec, 'clusterIP')), ...strings(field(spec, 'clusterIPs'))].filter((one) => one !== undefined && one !== 'None'));
  const outside = new Set([...strings(field(spec, 'externalIPs')), ...list(dig(service, 'status', 'loadBalancer', 'ingress')).flatMap((one) => text(field(one, 'ip')) ?? [])]);
  const ports = list(field(spec, 'ports')).flatMap((one) => portNumber(field(one, 'port')));
  return [...[...own].map((address) => claim(address as string, 0)), ...[...outside].flatMap((address) => ports.map((port) => claim(address, port)))];
}

/** A service as an edge names it. */
export function serviceHost(namespace: string, name: string, clusterDomain: string): string {
  return `${name}.${namespace}.svc.${clusterDomain}`;
}

/** When a pod stopped owning its addresses: the end of its last container where that is known. */
export function endOfPod(pod: KubeObject): number | undefined {
  if (!hasEnded(pod)) return undefined;
  const ends = list(dig(pod, 'status', 'containerStatuses')).flatMap((one) => timeMs(dig(one, 'state', 'terminated', 'finishedAt')) ?? []);
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

function hasEnded(pod: KubeObject): boolean {
  const phase = dig(pod, 'status', 'phase');
  return phase === 'Succeeded' || phase === 'Failed';
}

/** When its node took the pod, which is just before it got its address; else when it was made. */
function startOf(pod: KubeObject): number {
  return timeMs(dig(pod, 'status', 'startTime')) ?? timeMs(pod.metadata['creationTimestamp']) ?? 0;
}

function portsOf(spec: unknown): readonly number[] {
  const ports = [...list(field(spec, 'containers')), ...list(field(spec, 'initContainers'))]
    .flatMap((container) => list(field(container, 'ports')).flatMap((port) => [...portNumber(field(port, 'hostPort')), ...portNumber(field(port, 'containerPort'))]));
  return [...new Set(ports)];
}

function portNumber(value: unknown): number[] {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) < 65_536 ? [value as number] : [];
}
