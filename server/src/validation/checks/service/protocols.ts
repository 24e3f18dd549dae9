/** Protocols that a port can be named for (Istio, explicit protocol selection). */
const protocols = ['grpc-web', 'grpc', 'https', 'http2', 'http', 'mongo', 'redis', 'mysql', 'tcp', 'tls', 'udp'];
const appProtocols = ['kubernetes.io/h2c', 'kubernetes.io/ws', 'kubernetes.io/wss'];
const named = new RegExp(`^(?:${protocols.join('|')})(?:-.*)?$`);

/** `<protocol>` or `<protocol>-<suffix>`. */
export function isProtocolName(name: string): boolean {
  return named.test(name);
}

/** Whether `appProtocol` names a protocol that Istio reads, in whatever case it is written. */
export function isAppProtocol(name: string): boolean {
  return protocols.includes(name.toLowerCase()) || appProtocols.includes(name.toLowerCase());
}

export const protocolList = protocols.toSorted().join(', ');
