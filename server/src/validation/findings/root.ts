import { dig, field, list, text, texts } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';
import type { Finding } from '../model/finding.ts';
import { fullHost } from '../mesh/hosts.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { routesOf } from '../mesh/routes.ts';
import { ruleHost } from '../checks/destination-rule/rule-host.ts';

/** What is wrong underneath a finding; findings with equal keys are mended by one change. */
export interface Root {
  readonly key: string;
  readonly kind: 'subset' | 'host' | 'workloads' | 'object';
  readonly name: string;
}

/**
 * The root of a finding:
 * 1. a subset, where the path names one, whoever routes to it or defines it: one root over all codes;
 * 2. the host that the path is about: one root for each code;
 * 3. the workloads that a policy selects: one root for each code;
 * 4. else the object: one root for each code.
 */
export function rootOf({ code, path, object: { cluster, kind, namespace, name } }: Finding, object: ConfigObject | undefined, mesh: Mesh): Root {
  const about = object === undefined ? undefined : subjectOf(object, path, mesh);
  const root = about ?? { kind: 'object' as const, name: namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}` };
  return { ...root, key: JSON.stringify([cluster, root.kind, root.name, root.kind === 'subset' ? '' : code]) };
}

function subjectOf(object: ConfigObject, path: string, mesh: Mesh): Pick<Root, 'kind' | 'name'> | undefined {
  switch (object.type) {
    case 'VirtualService': return routed(object, path, mesh);
    case 'DestinationRule': return ruled(object, path, mesh);
    case 'ServiceEntry': return named(texts(dig(object.spec, 'hosts')).find(({ index }) => path.startsWith(`spec/hosts[${index}]`))?.text.toLowerCase());
    case 'PeerAuthentication': case 'AuthorizationPolicy': case 'RequestAuthentication': case 'Sidecar': return path.startsWith('spec/selector') || path.startsWith('spec/workloadSelector') ? selected(object) : undefined;
    default: return undefined;
  }
}

function routed(service: ConfigObject, path: string, mesh: Mesh): Pick<Root, 'kind' | 'name'> | undefined {
  const destination = routesOf(service).flatMap(({ destinations }) => destinations).find((one) => path === one.path || path.startsWith(`${one.path}/`));
  if (destination?.host !== undefined) {
    const host = fullHost(destination.host, service.namespace, mesh);
    return destination.subset !== undefined && !path.endsWith('/host') && !path.endsWith('/weight') ? { kind: 'subset', name: `${destination.subset} of ${host}` } : { kind: 'host', name: host };
  }
  const index = /^spec\/hosts\[(\d+)\]/.exec(path)?.[1], host = text(list(field(service.spec, 'hosts'))[Number(index)]);
  return host === undefined ? undefined : named(fullHost(host, service.namespace, mesh));
}

function ruled(rule: ConfigObject, path: string, mesh: Mesh): Pick<Root, 'kind' | 'name'> | undefined {
  const host = ruleHost(rule, mesh);
  const index = /^spec\/subsets\[(\d+)\]/.exec(path)?.[1], subset = text(field(list(dig(rule.spec, 'subsets'))[Number(index)], 'name'));
  return host !== undefined && subset !== undefined ? { kind: 'subset', name: `${subset} of ${host}` } : named(host);
}

function selected({ type, spec, namespace }: ConfigObject): Pick<Root, 'kind' | 'name'> {
  const labels = type === 'Sidecar' ? dig(spec, 'workloadSelector', 'labels') : dig(spec, 'selector', 'matchLabels');
  return { kind: 'workloads', name: `${namespace}: ${JSON.stringify(labels ?? {}).slice(0, 500)}` };
}

const named = (host: string | undefined): Pick<Root, 'kind' | 'name'> | undefined => (host === undefined ? undefined : { kind: 'host', name: host });
