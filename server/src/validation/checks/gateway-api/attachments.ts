import { dig, field, integer, list, text, texts } from '../../model/fields.ts';
import { selectorMatches } from '../../model/labels.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { namespaceLabels } from '../../mesh/ambient.ts';
import { covers } from '../../mesh/hosts.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { listenersOf, type Listener } from './listeners.ts';

/** The API group of the Gateway API. */
export const gatewayGroup = 'gateway.networking.k8s.io';
export const routeKinds = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'] as const;

/** A parent of a route that is a Gateway which exists. */
export interface Attachment {
  /** `spec/parentRefs[0]`. */
  readonly path: string;
  readonly gateway: ConfigObject;
  readonly section: string | undefined;
  readonly port: number | undefined;
  /** Those that `sectionName` and `port` leave. */
  readonly listeners: readonly Listener[];
}

/** The Gateways that a route names as parents and that exist, with the listeners it means. */
export function attachmentsOf(route: ConfigObject, mesh: Mesh): Attachment[] {
  return list(dig(route.spec, 'parentRefs')).flatMap((parent, index): Attachment[] => {
    const name = text(field(parent, 'name')), namespace = text(field(parent, 'namespace')) ?? route.namespace;
    if (name === undefined || (field(parent, 'kind') ?? 'Gateway') !== 'Gateway' || (field(parent, 'group') ?? gatewayGroup) !== gatewayGroup) return [];
    const gateway = mesh.find('kind-in', `GatewayApiGateway/${namespace}`).find((one) => one.name === name);
    const section = text(field(parent, 'sectionName')), port = integer(field(parent, 'port'));
    if (gateway === undefined) return [];
    return [{ path: `spec/parentRefs[${index}]`, gateway, section, port, listeners: listenersOf(gateway).filter((listener) => (section === undefined || listener.name === section) && (port === undefined || listener.port === port)) }];
  });
}

/** The kinds of routes that a listener of a protocol takes unless it says otherwise; of other protocols nothing is known. */
const kindsByProtocol: Readonly<Record<string, readonly string[]>> = { HTTP: ['HTTPRoute', 'GRPCRoute'], HTTPS: ['HTTPRoute', 'GRPCRoute'], TLS: ['TLSRoute', 'TCPRoute'], TCP: ['TCPRoute'], UDP: ['UDPRoute'] };

/** By `allowedRoutes.kinds`, else by the protocol; an unknown protocol takes any kind of route. */
export function takesKind({ protocol, body }: Listener, kind: string): boolean {
  const allowed = list(dig(body, 'allowedRoutes', 'kinds'));
  if (allowed.length > 0) return allowed.some((one) => field(one, 'kind') === kind);
  return !Object.hasOwn(kindsByProtocol, protocol) || kindsByProtocol[protocol]?.includes(kind) === true;
}

/** By `allowedRoutes.namespaces.from`, whose default is `Same`. */
export function takesNamespace({ allowedNamespaces }: Listener, gateway: ConfigObject, namespace: string, mesh: Mesh): boolean {
  const from = text(field(allowedNamespaces, 'from')) ?? 'Same';
  return from === 'All' || (from === 'Same' && gateway.namespace === namespace) || (from === 'Selector' && selectorMatches(field(allowedNamespaces, 'selector'), namespaceLabels(namespace, mesh)));
}

/** Hostnames of a route, lower case; none = any. */
export function hostnamesOf({ spec }: ConfigObject): string[] {
  return texts(field(spec, 'hostnames')).map((one) => one.text.toLowerCase());
}

/** True where some name is one of the listener and of the route; without host names either takes all. */
export function hostsMeet({ hostname }: Listener, hostnames: readonly string[]): boolean {
  return hostname === undefined || hostnames.length === 0 || hostnames.some((one) => covers(hostname, one) || covers(one, hostname));
}
