import { dig, field, text } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { linkerdConfig, trustRoots } from '../mesh/linkerd-config.ts';
import { parentsOf } from '../mesh/linkerd-references.ts';
import { isAuthorizationOf, selectedBy, serversOf } from '../mesh/linkerd-servers.ts';
import type { Mesh } from '../mesh/mesh.ts';
import type { Reach, WorkloadName } from './reached.ts';

type Reached = Partial<Reach>;

/** Traffic into the pods of a Server. */
export function ofLinkerdServer(server: ConfigObject, mesh: Mesh): Reached {
  return { serving: podsOf([server], mesh) };
}

/** Traffic into the pods of the Servers that a ServerAuthorization is about. */
export function ofServerAuthorization(authorization: ConfigObject, mesh: Mesh): Reached {
  return { serving: podsOf(mesh.find('kind-in', `LinkerdServer/${authorization.namespace}`).filter((server) => isAuthorizationOf(authorization, server)), mesh) };
}

/** What the target of a policy reaches: the pods of a Server, those behind a route, or a namespace. */
export function ofLinkerdPolicy({ spec, namespace }: ConfigObject, mesh: Mesh): Reached {
  const kind = dig(spec, 'targetRef', 'kind'), name = text(dig(spec, 'targetRef', 'name'));
  if (kind === 'Namespace') return { servingNamespaces: [namespace] };
  const targets = ['LinkerdServer', 'LinkerdRoute', 'HTTPRoute', 'GRPCRoute'].flatMap((type) => mesh.find('kind-in', `${type}/${namespace}`)).filter((one) => one.kind === kind && one.name === name);
  return { serving: podsOf(targets.flatMap((target) => (target.type === 'LinkerdServer' ? [target] : serversOf(target, mesh))), mesh) };
}

/** What the policies that ask for an authentication reach. */
export function ofLinkerdAuthentication({ kind, name, namespace }: ConfigObject, mesh: Mesh): Reached {
  const asking = mesh.find('kind', 'LinkerdPolicy').filter((policy) => {
    const refs = field(policy.spec, 'requiredAuthenticationRefs');
    return Array.isArray(refs) && refs.some((ref: unknown) => field(ref, 'kind') === kind && field(ref, 'name') === name && (text(field(ref, 'namespace')) ?? policy.namespace) === namespace);
  }).map((policy) => ofLinkerdPolicy(policy, mesh));
  return { serving: asking.flatMap(({ serving = [] }) => serving), servingNamespaces: asking.flatMap(({ servingNamespaces = [] }) => servingNamespaces) };
}

/** Callers of the Services that a route is attached to, and traffic into the pods of its Servers. */
export function ofLinkerdRoute(route: ConfigObject, path: string, mesh: Mesh): Reached {
  const parents = parentsOf(route), within = parents.filter((parent) => path.startsWith(parent.path));
  const services = (within.length > 0 ? within : parents).filter(({ kind }) => kind === 'Service');
  return { hosts: services.map(({ name, namespace }) => `${name}.${namespace}.${mesh.settings.identityDomain}`), serving: podsOf(serversOf(route, mesh), mesh) };
}

/** Callers of the Service that a profile is named for. */
export function ofLinkerdProfile({ name }: ConfigObject): Reached {
  return { hosts: [name.toLowerCase()] };
}

/** The trust of the mesh is everybody's. */
export function ofConfigMap({ name }: ConfigObject): Reached {
  return name === linkerdConfig || name === trustRoots ? { servingNamespaces: ['*'] } : {};
}

function podsOf(servers: readonly ConfigObject[], mesh: Mesh): WorkloadName[] {
  return servers.flatMap((server) => selectedBy(server, mesh)).map(({ namespace, name }) => ({ namespace, name }));
}
