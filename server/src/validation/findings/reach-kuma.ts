import { field, list, text } from '../model/fields.ts';
import { labelsFrom } from '../model/labels.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { hostOfService, isInjected, itemsOf, meshOf, meshOfWorkload, parseServiceTag, proxiesWith, serviceTag, targetOf, type KumaTarget } from '../mesh/kuma.ts';
import type { Mesh } from '../mesh/mesh.ts';
import type { Reach, WorkloadName } from './reached.ts';

type Reached = Partial<Reach>;

/**
 * Of an item under `to`: calls to its service, or all calls of the proxies that the policy is for; of `from` and
 * `rules`: calls to those proxies; of the policy as a whole: what its items reach.
 */
export function ofKumaPolicy(policy: ConfigObject, path: string, mesh: Mesh): Reached {
  const items = itemsOf(policy), within = items.filter((item) => path === item.path || path.startsWith(`${item.path}/`));
  const concerned = within.length > 0 ? within : items, proxies = proxiesOf(targetOf(field(policy.spec, 'targetRef')), policy, mesh);
  const hosts = concerned.filter(({ section }) => section === 'to').map(({ target }) => hostOfService(target, policy.namespace, mesh));
  const isInbound = concerned.some(({ section }) => section === 'from') || (within.length === 0 && list(field(policy.spec, 'rules')).length > 0);
  return {
    hosts: hosts.flatMap((host) => host ?? []),
    calling: hosts.includes(undefined) ? proxies : [],
    serving: isInbound || concerned.length === 0 ? proxies : [],
  };
}

/** A Mesh, and what all of it hangs on, touches the traffic of each of its workloads. */
export function ofKumaMesh(name: string, mesh: Mesh): Reached {
  return { serving: named(mesh.find('kind', 'Workload').filter((one) => isInjected(one, mesh) && meshOfWorkload(one, mesh) === name)) };
}

/**
 * Proxies that a policy with `sources` and `destinations` concerns: those of the destinations where it names any that run, else
 * those of the sources.
 */
export function ofKumaLegacyPolicy(policy: ConfigObject, mesh: Mesh): Reached {
  const tags = ['sources', 'destinations'].map((side) => list(field(policy.spec, side)).map((one) => labelsFrom(field(one, 'match')).get(serviceTag)));
  const [calling = [], serving = []] = tags.map((services) => services.flatMap((service) => (service === undefined ? [] : proxiesOfService(service, policy, mesh))));
  return serving.length > 0 ? { serving } : { calling };
}

/** What a gateway's proxies call; the deployment of a MeshGatewayInstance has its name. */
export function ofKumaGateway(gateway: ConfigObject, mesh: Mesh): Reached {
  if (gateway.type === 'KumaGatewayInstance') return { calling: [{ namespace: gateway.namespace, name: gateway.name }] };
  const services = list(field(gateway.spec, 'selectors')).flatMap((one) => labelsFrom(field(one, 'match')).get(serviceTag) ?? []);
  return { calling: services.flatMap((service) => mesh.find('kuma-service', service).filter(({ type }) => type === 'KumaGatewayInstance').map(({ namespace, name }) => ({ namespace, name }))) };
}

/** Callers of the hosts that an external service stands for. */
export function ofKumaExternalService({ kind, spec }: ConfigObject): Reached {
  const addresses = kind === 'ExternalService' ? [text(field(field(spec, 'networking'), 'address'))] : list(field(spec, 'endpoints')).map((one) => text(field(one, 'address')));
  return { hosts: addresses.flatMap((address) => address?.replace(/:\d+$/, '').toLowerCase() ?? []) };
}

function proxiesOf({ kind, name, labels, tags }: KumaTarget, policy: ConfigObject, mesh: Mesh): WorkloadName[] {
  const meshName = meshOf(policy);
  switch (kind) {
    case 'Mesh': return ofKumaMesh(meshName, mesh).serving?.filter((one) => policy.namespace === '' || policy.namespace === 'kuma-system' || one.namespace === policy.namespace) ?? [];
    case 'MeshSubset': return named(proxiesWith(tags, undefined, meshName, mesh));
    case 'Dataplane': return labels.size === 0 ? [] : named(proxiesWith(labels, undefined, meshName, mesh));
    case 'MeshService': case 'MeshServiceSubset': return name === undefined ? [] : proxiesOfService(name, policy, mesh, tags);
    default: return [];
  }
}

function proxiesOfService(service: string, policy: ConfigObject, mesh: Mesh, tags: ReadonlyMap<string, string> = new Map()): WorkloadName[] {
  if (service === '*') return [...ofKumaMesh(meshOf(policy), mesh).serving ?? []];
  const tag = parseServiceTag(service) === undefined ? `${service}_${policy.namespace}_svc` : service;
  return named(proxiesWith(new Map([...tags, [serviceTag, tag]]), undefined, meshOf(policy), mesh));
}

function named(objects: readonly ConfigObject[]): WorkloadName[] {
  return objects.filter(({ type }) => type === 'Workload').map(({ namespace, name }) => ({ namespace, name }));
}
