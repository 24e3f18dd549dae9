import { dig, field, list, texts } from '../model/fields.ts';
import { labelsFrom } from '../model/labels.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { covers, fullHost, isWildcard, serviceName } from './hosts.ts';
import type { Mesh } from './mesh.ts';

/** One egress host of a Sidecar: `<namespace>/<host>`, with `.` made the Sidecar's namespace. */
interface EgressHost {
  readonly namespace: string;
  readonly host: string;
  readonly excluded: boolean;
}

/** The Sidecar for all workloads of a namespace: its own without a selector, else that of the root namespace. */
export function effectiveSidecar(namespace: string, mesh: Mesh): ConfigObject | undefined {
  const withoutSelector = (home: string): ConfigObject | undefined =>
    mesh.find('kind-in', `Sidecar/${home}`).find((sidecar) => labelsFrom(dig(sidecar.spec, 'workloadSelector', 'labels')).size === 0);
  return withoutSelector(namespace) ?? withoutSelector(mesh.settings.rootNamespace);
}

/** What the workloads of a namespace import; undefined where nothing limits it. */
export function importScope(namespace: string, mesh: Mesh): readonly EgressHost[] | undefined {
  const sidecar = effectiveSidecar(namespace, mesh);
  if (sidecar === undefined) return undefined;
  const hosts = list(dig(sidecar.spec, 'egress')).flatMap((listener) => texts(field(listener, 'hosts'))).flatMap(({ text }) => egressHost(text, namespace) ?? []);
  return hosts.length === 0 ? undefined : hosts;
}

/** Reads `prod/*.example.com`; `~` before the namespace excludes, alone it stands for every namespace. */
export function egressHost(written: string, namespace: string): EgressHost | undefined {
  const slash = written.indexOf('/');
  if (slash < 0) return undefined;
  const before = written.slice(0, slash), excluded = before.startsWith('~');
  const named = excluded ? before.slice(1) || '*' : before;
  return { namespace: named === '.' ? namespace : named, host: written.slice(slash + 1).toLowerCase(), excluded };
}

/** True where the scope imports a full host that an object of `owner` configures. */
export function coversHost(scope: readonly EgressHost[], host: string, owner: string, mesh: Mesh): boolean {
  const home = serviceName(host, mesh)?.namespace ?? owner;
  const matches = (entry: EgressHost): boolean => {
    if (entry.namespace !== '*' && entry.namespace !== home) return false;
    const imported = entry.host === '*' ? '*' : fullHost(entry.host, entry.namespace === '*' ? home : entry.namespace, mesh);
    // A rule for a wildcard host applies as soon as one of the hosts under it is imported.
    return covers(imported, host) || (isWildcard(host) && covers(host, imported));
  };
  return scope.some((entry) => !entry.excluded && matches(entry)) && !scope.some((entry) => entry.excluded && matches(entry));
}
