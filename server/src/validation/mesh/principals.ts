import { dig, text } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';
import type { Mesh } from './mesh.ts';
import { podTemplate } from './workloads.ts';

/** `<namespace>/<service account>` that an object shows to exist: the account itself, or a workload that runs as it. */
export function accountOf(object: ConfigObject): string | undefined {
  switch (object.type) {
    case 'ServiceAccount': return `${object.namespace}/${object.name}`;
    case 'Workload': {
      const account = text(dig(podTemplate(object), 'spec', 'serviceAccountName'));
      return account === undefined ? undefined : `${object.namespace}/${account}`;
    }
    default: return undefined;
  }
}

/**
 * True where the account is in the namespace. Each namespace has the account `default`; it is only doubted where the
 * accounts of the namespace are known and it is not among them.
 */
export function accountExists(namespace: string, account: string, mesh: Mesh): boolean {
  if (mesh.find('principal', `${namespace}/${account}`).length > 0) return true;
  return account === 'default' && mesh.namespaces.has(namespace) && mesh.find('kind-in', `ServiceAccount/${namespace}`).length === 0;
}

/** True where a workload of this cluster can have the principal, `<trust domain>/ns/<namespace>/sa/<account>` or a pattern of it. */
export function hasPrincipal(principal: string, mesh: Mesh): boolean {
  const exact = /^([^*]+)\/ns\/([^*/]+)\/sa\/([^*/]+)$/.exec(principal);
  if (exact !== null) return mesh.settings.trustDomains.includes(exact[1] ?? '') && accountExists(exact[2] ?? '', exact[3] ?? '', mesh);
  const accounts = new Set(mesh.find('kind', 'account').flatMap((object) => accountOf(object) ?? []));
  for (const namespace of mesh.namespaces) if (accountExists(namespace, 'default', mesh)) accounts.add(`${namespace}/default`);
  return [...accounts].some((account) => {
    const [namespace = '', name = ''] = account.split('/');
    return mesh.settings.trustDomains.some((domain) => matchesPattern(principal, `${domain}/ns/${namespace}/sa/${name}`));
  });
}

/** The cluster of which a workload has the principal, other than this one. */
export function remoteCluster(principal: string, { settings: { remotePrincipals } }: Mesh): string | undefined {
  for (const [cluster, principals] of remotePrincipals) if (principals.some((other) => matchesPattern(principal, other))) return cluster;
  return undefined;
}

/** Istio's string match: exact, `prefix*`, `*suffix`, `*inside*`, or `*` for all. */
export function matchesPattern(pattern: string, value: string): boolean {
  const open = pattern.startsWith('*'), ends = pattern.length > 1 && pattern.endsWith('*');
  const core = pattern.slice(open ? 1 : 0, ends ? -1 : undefined);
  if (open && ends) return value.includes(core);
  if (open) return value.endsWith(core);
  return ends ? value.startsWith(core) : value === core;
}
