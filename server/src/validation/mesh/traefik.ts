import { dig, field, integer, isMap, list, shown, text, texts } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';
import type { Mesh } from './mesh.ts';

/** A reference of Traefik's own kinds to a Service or TraefikService. */
export interface TraefikReference {
  readonly path: string;
  readonly body: unknown;
  readonly kind: 'Service' | 'TraefikService';
  readonly name: string;
  readonly namespace: string;
}

/** A route of an IngressRoute, IngressRouteTCP or IngressRouteUDP. */
export interface TraefikRule {
  readonly path: string;
  readonly body: unknown;
  /** The rule in Traefik's language; undefined for UDP, which has none. */
  readonly match: string | undefined;
}

/** The routes of an IngressRoute, IngressRouteTCP or IngressRouteUDP. */
export function routesOfTraefik({ spec }: ConfigObject): TraefikRule[] {
  return list(field(spec, 'routes')).map((body, n) => ({ path: `spec/routes[${n}]`, body, match: text(field(body, 'match')) }));
}

/** What a route, or a TraefikService, sends to. Names with `@` are of other providers, which manifests do not show. */
export function referencesOf(object: ConfigObject): TraefikReference[] {
  const { spec, namespace } = object;
  const written: { readonly path: string; readonly body: unknown }[] = object.type === 'TraefikRoute'
    ? routesOfTraefik(object).flatMap(({ path, body }) => list(field(body, 'services')).map((service, n) => ({ path: `${path}/services[${n}]`, body: service })))
    : [
      ...list(dig(spec, 'weighted', 'services')).map((body, n) => ({ path: `spec/weighted/services[${n}]`, body })),
      ...list(dig(spec, 'mirroring', 'mirrors')).map((body, n) => ({ path: `spec/mirroring/mirrors[${n}]`, body })),
      { path: 'spec/mirroring', body: field(spec, 'mirroring') },
      ...list(dig(spec, 'highestRandomWeight', 'services')).map((body, n) => ({ path: `spec/highestRandomWeight/services[${n}]`, body })),
    ];
  return written.flatMap(({ path, body }): TraefikReference[] => {
    const name = text(field(body, 'name'));
    if (name === undefined || name.includes('@')) return [];
    return [{ path, body, name, kind: field(body, 'kind') === 'TraefikService' ? 'TraefikService' : 'Service', namespace: text(field(body, 'namespace')) ?? namespace }];
  });
}

/** Names of middlewares, and of what else is named alike, with where they are written. */
export function namedIn(value: unknown, path: string, home: string): { readonly path: string; readonly name: string; readonly namespace: string }[] {
  return list(value).flatMap((one, n) => {
    const name = text(field(one, 'name'));
    return name === undefined || name.includes('@') ? [] : [{ path: `${path}[${n}]`, name, namespace: text(field(one, 'namespace')) ?? home }];
  });
}

/** Key under which a rule is found: two rules with the same are told apart by nothing that is written. */
export function matchKey({ kind, spec }: ConfigObject, { match, body }: TraefikRule): string | undefined {
  if (match === undefined) return undefined;
  const entryPoints = texts(field(spec, 'entryPoints')).map((one) => one.text).sort();
  return JSON.stringify([kind, entryPoints, match.replaceAll(/\s+/g, ' ').trim(), integer(field(body, 'priority')) ?? 0, kind === 'IngressRouteTCP' && isMap(field(spec, 'tls'))]);
}

/** The first way from an object back to itself over what `next` names, as names; undefined where there is none. */
export function cycleFrom(start: ConfigObject, next: (object: ConfigObject) => readonly ConfigObject[]): readonly string[] | undefined {
  const seen = new Set<string>(), open: (readonly [ConfigObject, readonly string[]])[] = [[start, [start.name]]];
  for (let step = open.shift(); step !== undefined; step = open.shift()) {
    const [object, way] = step;
    for (const other of next(object)) {
      if (other.id === start.id) return [...way, start.name];
      if (seen.has(other.id)) continue;
      seen.add(other.id);
      open.push([other, [...way, other.name]]);
    }
  }
  return undefined;
}

/** Ports of a Service that a reference can name, by number or by name. */
export function hasPort(service: ConfigObject, port: unknown): boolean {
  return list(dig(service.spec, 'ports')).some((one) => shown(field(one, 'port')) === shown(port) || (typeof port === 'string' && field(one, 'name') === port));
}

/** The Kubernetes Service or TraefikService that a reference names; undefined where there is none. */
export function serviceAt({ kind, namespace, name }: Pick<TraefikReference, 'kind' | 'namespace' | 'name'>, mesh: Mesh): ConfigObject | undefined {
  return mesh.find('id', `${kind}/${namespace}/${name}`)[0];
}
