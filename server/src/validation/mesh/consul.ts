import { dig, field, isMap, list, text } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';
import type { Kind } from '../model/kinds.ts';
import type { Mesh } from './mesh.ts';

/** The name under which Consul keeps an entry: that of the object, of intentions that of their destination. Names are flat: the namespace of the object is none of Consul's. */
export function entryName({ type, name, spec }: ConfigObject): string {
  return type === 'ConsulIntentions' ? text(dig(spec, 'destination', 'name')) ?? name : name;
}

/** The entry of a kind and name; of several, which Consul does not take, the first. */
export function consulEntry(type: Kind, name: string, mesh: Mesh): ConfigObject | undefined {
  return mesh.find('consul-entry', `${type}/${name}`)[0];
}

/** True where calls to the name can arrive somewhere: instances of it, or an entry that sends it to another service. */
export function isConsulService(name: string, mesh: Mesh): boolean {
  return mesh.find('consul-service', name).length > 0;
}

const httpProtocols = ['http', 'http2', 'grpc'];

/** Whether Consul routes the protocol by request: http, http2, grpc. */
export function isHttp(protocol: string): boolean {
  return httpProtocols.includes(protocol);
}

/** Protocols that service-defaults and proxy-defaults know. */
export const protocols: readonly string[] = ['tcp', ...httpProtocols];

/** What a service speaks: its ServiceDefaults, else the ProxyDefaults, else TCP. */
export function protocolOf(service: string, mesh: Mesh): string {
  const own = text(field(consulEntry('ConsulDefaults', service, mesh)?.spec, 'protocol'));
  return (own ?? text(dig(consulEntry('ConsulProxyDefaults', 'global', mesh)?.spec, 'config', 'protocol')) ?? 'tcp').toLowerCase();
}

/** A subset of a ServiceResolver. */
export interface ConsulSubset {
  readonly name: string;
  readonly filter: string | undefined;
}

/** Subsets of a service-resolver by name; none where there is no resolver. */
export function subsetsOf(resolver: ConfigObject | undefined): ConsulSubset[] {
  const subsets = field(resolver?.spec, 'subsets');
  return isMap(subsets) ? Object.entries(subsets).map(([name, subset]) => ({ name, filter: text(field(subset, 'filter')) })) : [];
}

/** Where an entry sends requests. */
export interface ConsulTarget {
  readonly service: string;
  readonly subset: string | undefined;
  /** Of the map that names it. */
  readonly path: string;
  /** In another datacenter, peer, partition or namespace: what is there is not known here. */
  readonly isElsewhere: boolean;
  readonly datacenter: string | undefined;
  /** True where the service is the entry's own because none is written. */
  readonly isOwn: boolean;
}

/** The targets of a ServiceRouter, a ServiceSplitter or a ServiceResolver. */
export function targetsOf(entry: ConfigObject): ConsulTarget[] {
  switch (entry.type) {
    case 'ConsulRouter': return list(field(entry.spec, 'routes')).flatMap((route, n) => targetAt(field(route, 'destination'), `spec/routes[${n}]/destination`, entry.name));
    case 'ConsulSplitter': return list(field(entry.spec, 'splits')).flatMap((split, n) => targetAt(split, `spec/splits[${n}]`, entry.name));
    case 'ConsulResolver': return [...targetAt(field(entry.spec, 'redirect'), 'spec/redirect', entry.name), ...failoversOf(entry)];
    default: return [];
  }
}

function failoversOf({ spec, name }: ConfigObject): ConsulTarget[] {
  const failover = field(spec, 'failover');
  if (!isMap(failover)) return [];
  return Object.entries(failover).flatMap(([subset, to]) => {
    const path = `spec/failover/${subset}`, targets = list(field(to, 'targets'));
    return targets.length > 0 ? targets.flatMap((target, n) => targetAt(target, `${path}/targets[${n}]`, name)) : targetAt(to, path, name);
  });
}

function targetAt(value: unknown, path: string, own: string): ConsulTarget[] {
  if (!isMap(value)) return [];
  const service = text(field(value, 'service')), datacenter = text(field(value, 'datacenter')) ?? text(list(field(value, 'datacenters'))[0]);
  const isElsewhere = datacenter !== undefined || ['peer', 'partition', 'namespace', 'samenessGroup'].some((key) => text(field(value, key)) !== undefined);
  return [{ service: service ?? own, subset: text(field(value, 'serviceSubset')), path, isElsewhere, datacenter, isOwn: service === undefined }];
}

/** A source of intentions. */
export interface IntentionSource {
  readonly name: string;
  readonly path: string;
  readonly action: unknown;
  readonly permissions: readonly unknown[];
  /** Name, peer, partition and namespace in one text: two sources of one key are one source. */
  readonly key: string;
  readonly isElsewhere: boolean;
}

/**
 * Sources of service-intentions. `key` is the same for two sources that Consul takes for one; `isElsewhere` where one names
 * a namespace, partition, peer or sameness group.
 */
export function sourcesOf({ spec }: ConfigObject): IntentionSource[] {
  return list(field(spec, 'sources')).flatMap((source, n) => {
    const name = text(field(source, 'name'));
    if (name === undefined) return [];
    const places = ['namespace', 'partition', 'peer', 'samenessGroup'].map((key) => text(field(source, key)) ?? '');
    return [{ name, path: `spec/sources[${n}]`, action: field(source, 'action'), permissions: list(field(source, 'permissions')), key: JSON.stringify([name, ...places]), isElsewhere: places.some((place) => place !== '') }];
  });
}
