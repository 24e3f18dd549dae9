import { isIP } from 'node:net';
import { application, database, EntityKind, externalHost, topic, unknownEntity, type Entity } from '@orrery/collectors/model/entity';
import { kubernetesService } from '../inference/service-host.ts';
import type { PeerAttributes } from './span-group.ts';

/** Whom a client span called, where no span of the other side says it. */
export interface NamedPeer {
  readonly entity: Entity;
  /** True where the name stands for itself; false for a bare address, whose owner may still send its own span. */
  readonly certain: boolean;
}

const loopback = /^(?:localhost|127\.|::1$|0\.0\.0\.0$)/;

/**
 * The peer by what the client says of it (rule 9), in this order: the topic, the database, the upstream cluster of a proxy,
 * a Kubernetes host, the peer service, any other host. Null where it says nothing.
 * @param isNamespace tells `orders.shop` in the cluster from a host of two labels on the Internet
 */
export function namedPeer(client: Entity, attributes: PeerAttributes, isNamespace: (name: string) => boolean): NamedPeer | null {
  const { peerService, serverAddress, serverPort, dbSystem, dbNamespace, messagingSystem, messagingDestination } = attributes;
  if (messagingDestination !== '') return { entity: topic(messagingSystem, messagingDestination), certain: true };
  if (dbSystem !== '') return { entity: database(dbSystem, serverAddress || peerService || attributes.networkPeerAddress, serverPort, dbNamespace), certain: true };
  const host = upstreamOf(attributes)?.host ?? serverAddress;
  const inCluster = clusterApp(client, host, isNamespace);
  if (inCluster) return { entity: inCluster, certain: true };
  if (peerService !== '') return { entity: application(client.cluster, '', peerService), certain: true };
  const address = host || attributes.networkPeerAddress;
  if (address === '' || loopback.test(address)) return null;
  return { entity: externalHost(address), certain: isIP(address) === 0 };
}

/** The service host that a client addressed, and the port; `''` where the host is not one of the cluster. */
export function addressedService(attributes: PeerAttributes): { service: string; port: number } {
  const upstream = upstreamOf(attributes);
  const host = upstream?.host ?? attributes.serverAddress;
  const port = upstream?.port ?? attributes.serverPort;
  const service = kubernetesService(host);
  if (!service) return { service: '', port };
  return { service: host.endsWith('.svc') ? `${host}.cluster.local` : host, port };
}

/**
 * The service that a host may name as a client in a cluster writes it, as `<service>.<namespace>`: `orders`, `orders.shop`,
 * `orders.shop.svc[.…]`; `''` for other hosts. Whether there is such a service is for the cluster to tell.
 */
export function peerService(client: Entity, attributes: PeerAttributes): string {
  if (attributes.messagingDestination !== '' || attributes.dbSystem !== '') return '';
  const host = upstreamOf(attributes)?.host ?? attributes.serverAddress, service = kubernetesService(host);
  if (service) return `${service.name}.${service.namespace}`;
  if (isIP(host) !== 0 || loopback.test(host) || !/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)?$/.test(host)) return '';
  if (host.includes('.')) return host;
  return client.namespace === '' ? '' : `${host}.${client.namespace}`;
}

/** The IP address that is all a client says of whom it called; `''` where it says more, or nothing. */
export function peerAddress(attributes: PeerAttributes): string {
  const address = upstreamOf(attributes)?.host || attributes.serverAddress || attributes.networkPeerAddress;
  return isIP(address) !== 0 && !loopback.test(address) ? address : '';
}

/** Host and port of Istio's cluster name `outbound|<port>|<subset>|<host>`. */
function upstreamOf({ upstreamCluster }: PeerAttributes): { host: string; port: number } | null {
  const [direction, port = '', , host = ''] = upstreamCluster.split('|');
  return direction === 'outbound' && host !== '' ? { host, port: Number(port) || 0 } : null;
}

function clusterApp(client: Entity, host: string, isNamespace: (name: string) => boolean): Entity | null {
  const service = kubernetesService(host);
  if (service) return application(client.cluster, service.namespace, service.name);
  if (host === '' || isIP(host) !== 0 || loopback.test(host)) return null;
  const labels = host.split('.');
  if (labels.length === 1) return application(client.cluster, client.namespace, host);
  const [name = '', namespace = ''] = labels;
  return labels.length === 2 && isNamespace(namespace) ? application(client.cluster, namespace, name) : null;
}

/** Who is behind a server span without a parent: the Internet at a gateway, somebody without spans elsewhere. */
export function rootCaller(server: Entity): Entity {
  return server.kind === EntityKind.gateway ? { ...unknownEntity, kind: EntityKind.world, name: 'world' } : unknownEntity;
}
