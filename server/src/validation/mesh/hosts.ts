import type { MeshSettings } from '../model/settings.ts';

/** What the reading of a host name needs to know. */
export interface HostContext {
  readonly namespaces: ReadonlySet<string>;
  readonly settings: Pick<MeshSettings, 'identityDomain'>;
}

/**
 * The full name of a host as written in an object of `namespace`: `reviews`, `reviews.prod` and `reviews.prod.svc` become
 * `reviews.prod.svc.cluster.local` where `prod` is a namespace; all else stays, in lower case. Wildcards are kept.
 */
export function fullHost(written: string, namespace: string, { namespaces, settings: { identityDomain } }: HostContext): string {
  const host = written.toLowerCase();
  if (host === '*') return host;
  const dot = host.indexOf('.');
  if (dot < 0) return `${host}.${namespace}.${identityDomain}`;
  const service = host.slice(0, dot), [second = '', ...rest] = host.slice(dot + 1).split('.');
  const suffix = rest.join('.');
  const isShortened = suffix === '' || identityDomain === suffix || identityDomain.startsWith(`${suffix}.`);
  return isShortened && service !== '' && (second === namespace || namespaces.has(second)) ? `${service}.${second}.${identityDomain}` : host;
}

/** A Service as a host names it; `*` is any. */
export interface ServiceName {
  readonly service: string;
  readonly namespace: string;
}

/** Service and namespace of a full host; undefined for hosts outside the identity domain. The service can be `*`. */
export function serviceName(fullName: string, { settings: { identityDomain } }: Pick<HostContext, 'settings'>): ServiceName | undefined {
  if (!fullName.endsWith(`.${identityDomain}`)) return undefined;
  const parts = fullName.slice(0, -identityDomain.length - 1).split('.');
  const [service = '', namespace = ''] = parts;
  return parts.length === 2 && service !== '' ? { service, namespace } : undefined;
}

/** `*` or `*.example.com`. */
export function isWildcard(host: string): boolean {
  return host.startsWith('*');
}

/** True where `pattern`, a host or `*` or `*.suffix`, takes in `host`, itself a host or a wildcard. */
export function covers(pattern: string, host: string): boolean {
  return pattern === host || pattern === '*' || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)) && host.length >= pattern.length);
}

/** Whether some host is meant by both. */
export function overlap(a: string, b: string): boolean {
  return covers(a, b) || covers(b, a);
}

/** The patterns that cover a host: itself, `*.` and each of its suffixes, and `*`. */
export function coveringPatterns(host: string): string[] {
  const patterns = [host];
  for (const suffix of suffixesOf(host)) if (`*.${suffix}` !== host) patterns.push(`*.${suffix}`);
  if (host !== '*') patterns.push('*');
  return patterns;
}

/** `a.b.c` → `b.c`, `c`: what a wildcard can stand before. */
export function suffixesOf(host: string): string[] {
  const suffixes: string[] = [];
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) suffixes.push(host.slice(dot + 1));
  return suffixes;
}
