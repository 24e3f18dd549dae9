import { dig, field, integer, isMap, list, text } from '../model/fields.ts';
import { selectorMatches } from '../model/labels.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { parentsOf } from './linkerd-references.ts';
import type { Mesh } from './mesh.ts';
import { podTemplate, workloadLabels, workloadsIn } from './workloads.ts';

/** A port that pods of a workload declare. */
export interface PodPort {
  readonly name: string | undefined;
  readonly number: number;
}

/** The workloads, or ExternalWorkloads, of its namespace that a Server selects; an empty selector selects all. */
export function selectedBy({ spec, namespace }: ConfigObject, mesh: Mesh): readonly ConfigObject[] {
  const pods = field(spec, 'podSelector'), external = field(spec, 'externalWorkloadSelector');
  if (isMap(external)) return mesh.find('kind-in', `LinkerdExternalWorkload/${namespace}`).filter(({ labels }) => selectorMatches(external, labels));
  return isMap(pods) ? workloadsIn(namespace, mesh).filter((workload) => selectorMatches(pods, workloadLabels(workload))) : [];
}

/** Ports that the containers of a workload, or an ExternalWorkload, declare. */
export function declaredPorts(workload: ConfigObject): PodPort[] {
  const pod = dig(podTemplate(workload), 'spec');
  const written = workload.type === 'LinkerdExternalWorkload'
    ? list(field(workload.spec, 'ports')).map((port) => ({ port, number: field(port, 'port') }))
    : [...list(field(pod, 'containers')), ...list(field(pod, 'initContainers'))].flatMap((container) => list(field(container, 'ports'))).map((port) => ({ port, number: field(port, 'containerPort') }));
  return written.flatMap(({ port, number }) => {
    const known = integer(number);
    return known === undefined ? [] : [{ name: text(field(port, 'name')), number: known }];
  });
}

/** The numbers of the ports that a Server takes of one workload: its port is a number, or a name that containers declare. */
export function portsTaken({ spec }: ConfigObject, workload: ConfigObject): number[] {
  const wanted = field(spec, 'port');
  return declaredPorts(workload).filter(({ name, number }) => number === wanted || (typeof wanted === 'string' && name === wanted)).map(({ number }) => number);
}

/** True where a ServerAuthorization is about the Server, by its name or its labels. */
export function isAuthorizationOf(authorization: ConfigObject, server: ConfigObject): boolean {
  const about = field(authorization.spec, 'server'), selector = field(about, 'selector');
  return authorization.namespace === server.namespace && (field(about, 'name') === server.name || (isMap(selector) && selectorMatches(selector, server.labels)));
}

/** True where anything lets anybody in: an authorization of the Server, of a route on it, or of its whole namespace. */
export function isAuthorized(server: ConfigObject, mesh: Mesh): boolean {
  const { namespace, name } = server;
  if (mesh.find('kind-in', `LinkerdServerAuthorization/${namespace}`).some((authorization) => isAuthorizationOf(authorization, server))) return true;
  const routes = new Set(mesh.find('route-parent', `Server/${namespace}/${name}`).map((route) => route.name));
  return mesh.find('kind-in', `LinkerdPolicy/${namespace}`).some(({ spec }) => {
    const target = field(spec, 'targetRef'), named = text(field(target, 'name')) ?? '';
    switch (field(target, 'kind')) {
      case 'Namespace': return named === namespace;
      case 'Server': return named === name;
      default: return routes.has(named);
    }
  });
}

/** The Servers that a route is attached to. */
export function serversOf(route: ConfigObject, mesh: Mesh): ConfigObject[] {
  return parentsOf(route).filter(({ kind }) => kind === 'Server').flatMap(({ namespace, name }) => mesh.find('kind-in', `LinkerdServer/${namespace}`).filter((server) => server.name === name));
}
