import { dig, field, list, text } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';
import type { Kind } from '../model/kinds.ts';
import type { Mesh } from './mesh.ts';

/** What references of Linkerd's policies and routes may name, by `<group>/<kind>`. */
const types: Readonly<Record<string, Kind>> = {
  'policy.linkerd.io/Server': 'LinkerdServer', 'policy.linkerd.io/HTTPRoute': 'LinkerdRoute', 'policy.linkerd.io/MeshTLSAuthentication': 'LinkerdMeshTls',
  'policy.linkerd.io/NetworkAuthentication': 'LinkerdNetworks', 'policy.linkerd.io/EgressNetwork': 'LinkerdEgressNetwork',
  'gateway.networking.k8s.io/HTTPRoute': 'HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute': 'GRPCRoute',
  'gateway.networking.k8s.io/TCPRoute': 'TCPRoute', 'gateway.networking.k8s.io/TLSRoute': 'TLSRoute', '/Service': 'Service', 'core/Service': 'Service',
};

/** A reference as it is written, with the object that it names. */
export interface Referred {
  readonly kind: string;
  /** `<namespace>/<name>` */
  readonly place: string;
  /** Undefined where there is none. */
  readonly object: ConfigObject | undefined;
}

/** Reads a reference from `home`; undefined where it has no name or names a kind that is not known here. */
export function readReference(ref: unknown, home: string, mesh: Mesh): Referred | undefined {
  const name = text(field(ref, 'name')), kind = text(field(ref, 'kind')) ?? '', key = `${text(field(ref, 'group')) ?? ''}/${kind}`;
  const type = Object.hasOwn(types, key) ? types[key] : undefined, namespace = text(field(ref, 'namespace')) ?? home;
  if (type === undefined || name === undefined) return undefined;
  return { kind, place: `${namespace}/${name}`, object: mesh.find('kind-in', `${type}/${namespace}`).find((one) => one.name === name) };
}

/** A parent of a route other than a Gateway. */
export interface RouteParent {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** `<namespace>/<name>` */
  readonly place: string;
  readonly port: unknown;
  readonly path: string;
  readonly ref: unknown;
}

/** The Services, Servers and EgressNetworks that a route is attached to. */
export function parentsOf(route: ConfigObject): RouteParent[] {
  return list(dig(route.spec, 'parentRefs')).flatMap((ref, index) => {
    const kind = text(field(ref, 'kind')), name = text(field(ref, 'name')), namespace = text(field(ref, 'namespace')) ?? route.namespace;
    if (name === undefined || (kind !== 'Service' && kind !== 'Server' && kind !== 'EgressNetwork')) return [];
    return [{ kind, namespace, name, place: `${namespace}/${name}`, port: field(ref, 'port'), path: `spec/parentRefs[${index}]`, ref }];
  });
}
