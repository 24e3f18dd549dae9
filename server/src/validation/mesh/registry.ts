import { dig, texts } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { coveringPatterns, isWildcard, serviceName } from './hosts.ts';
import { effectiveSidecar } from './import-scope.ts';
import type { Mesh } from './mesh.ts';
import { isExportedTo } from './visibility.ts';

/** The Service behind a full host, where the namespace sees it. */
export function serviceFor(host: string, namespace: string, mesh: Mesh): ConfigObject | undefined {
  return mesh.find('service-host', host).find((service) => isExportedTo(service, namespace, mesh));
}

/** The ServiceEntries with the host or a wildcard over it, that the namespace sees. */
export function serviceEntriesFor(host: string, namespace: string, mesh: Mesh): ConfigObject[] {
  return coveringPatterns(host).flatMap((pattern) => mesh.find('entry-host', pattern)).filter((entry) => isExportedTo(entry, namespace, mesh));
}

/** True where traffic from the namespace finds the host in the registry: Services and ServiceEntries. */
export function isRegistered(host: string, namespace: string, mesh: Mesh): boolean {
  return serviceFor(host, namespace, mesh) !== undefined || serviceEntriesFor(host, namespace, mesh).length > 0;
}

/** True where something that the pattern `*.suffix` covers is in the registry, in one namespace or in any (`*`). */
export function hasHostsUnder(pattern: string, home: string, mesh: Mesh): boolean {
  const suffix = pattern.slice(2);
  return mesh.find('entry-under', suffix).some((object) => home === '*' || object.namespace === home)
    || coveringPatterns(pattern).flatMap((covering) => mesh.find('entry-host', covering)).some((object) => home === '*' || object.namespace === home);
}

/** Full hosts of a ServiceEntry: they are never shortened. */
export function entryHosts(entry: ConfigObject): { readonly index: number; readonly text: string }[] {
  return texts(dig(entry.spec, 'hosts')).map(({ index, text }) => ({ index, text: text.toLowerCase() }));
}

/** True where traffic from the namespace to hosts outside the registry passes. */
export function allowsAnyOutbound(namespace: string, mesh: Mesh): boolean {
  const mode = dig(effectiveSidecar(namespace, mesh)?.spec, 'outboundTrafficPolicy', 'mode');
  return (typeof mode === 'string' && mode !== '' ? mode : mesh.settings.outboundTrafficPolicy) === 'ALLOW_ANY';
}

/** The namespace of the Service that a host names, or undefined for wildcards and hosts outside the cluster. */
export function serviceNamespace(host: string, mesh: Mesh): string | undefined {
  return isWildcard(host) ? undefined : serviceName(host, mesh)?.namespace;
}
