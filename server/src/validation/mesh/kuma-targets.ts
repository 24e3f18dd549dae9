import { dig, field, list, shown } from '../model/fields.ts';
import { selects } from '../model/labels.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { knowsProxies, meshOf, parseServiceTag, proxiesWith, serviceTag, type KumaTarget } from './kuma.ts';
import type { Mesh } from './mesh.ts';

/** Where policies of operators live: what they name without a namespace can be of any. */
const systemNamespaces: readonly string[] = ['kuma-system', 'kong-mesh-system'];

/** What a target names that is not there, in words; undefined where it is there, or where that cannot be told. */
export function missingTarget(target: KumaTarget, policy: ConfigObject, mesh: Mesh): string | undefined {
  const { kind, name, namespace, tags } = target, meshName = meshOf(policy), home = namespace ?? policy.namespace;
  switch (kind) {
    case 'MeshSubset': return proxiesWith(tags, undefined, meshName, mesh).length === 0 && knowsProxies(mesh) ? `no proxy of mesh ${meshName} has the tags ${textOf(tags)}` : undefined;
    case 'Dataplane': return missingDataplane(target, policy, mesh);
    case 'MeshService': return name === undefined ? missingLabelled(target, 'KumaService', mesh) : missingService(target, policy, mesh);
    case 'MeshServiceSubset': return name === undefined ? undefined : missingService(target, policy, mesh)
      ?? (proxiesWith(new Map([...tags, [serviceTag, name]]), undefined, meshName, mesh).length === 0 && knowsProxies(mesh) ? `no proxy of service ${name} has the tags ${textOf(tags)}` : undefined);
    case 'MeshGateway': return name === undefined || mesh.find('kind', 'KumaGateway').some((one) => one.name === name && meshOf(one) === meshName) ? undefined : `mesh ${meshName} has no MeshGateway ${name}`;
    case 'MeshHTTPRoute': case 'MeshTCPRoute': case 'MeshMultiZoneService':
      return name === undefined || isAnywhere(target, policy) || mesh.find('id', `${kind}/${home}/${name}`).length > 0 ? undefined : `there is no ${kind} ${home}/${name}`;
    case 'MeshExternalService':
      if (name === undefined) return missingLabelled(target, 'KumaExternalService', mesh);
      // They live with the control plane, and are named from everywhere.
      return [home, ...systemNamespaces].some((one) => mesh.find('id', `MeshExternalService/${one}/${name}`).length > 0) ? undefined : `there is no MeshExternalService ${name}`;
    default: return undefined;
  }
}

function missingLabelled({ kind, labels }: KumaTarget, type: 'KumaService' | 'KumaExternalService', mesh: Mesh): string | undefined {
  const candidates = labels.size === 0 ? [] : mesh.find('kind', type);
  return candidates.length === 0 || candidates.some((one) => selects(labels, one.labels)) ? undefined : `no ${kind} has the labels ${textOf(labels)}`;
}

function missingDataplane({ name, namespace, labels, section }: KumaTarget, policy: ConfigObject, mesh: Mesh): string | undefined {
  const meshName = meshOf(policy), home = namespace ?? policy.namespace;
  if (name !== undefined) return isAnywhere({ namespace }, policy) || mesh.find('id', `Dataplane/${home}/${name}`).length > 0 || mesh.find('kind', 'KumaDataplane').length === 0 ? undefined : `there is no Dataplane ${home}/${name}`;
  if (labels.size === 0) return undefined;
  const found = proxiesWith(labels, systemNamespaces.includes(policy.namespace) ? undefined : policy.namespace, meshName, mesh);
  if (found.length === 0) return knowsProxies(mesh) ? `no proxy of mesh ${meshName}${systemNamespaces.includes(policy.namespace) ? '' : ` in namespace ${policy.namespace}`} has the labels ${textOf(labels)}` : undefined;
  const dataplanes = found.filter(({ type }) => type === 'KumaDataplane');
  return section === undefined || dataplanes.length === 0 || dataplanes.some(({ spec }) => list(dig(spec, 'networking', 'inbound')).some((one) => [field(one, 'name'), field(one, 'port')].map(shown).includes(section)))
    ? undefined : `no inbound of its Dataplanes is named ${section}`;
}

/** A MeshService by name: of Kuma itself, made of a Kubernetes Service, or of the tag of a proxy or an external service. */
function missingService({ name = '', namespace, section }: KumaTarget, policy: ConfigObject, mesh: Mesh): string | undefined {
  const tag = parseServiceTag(name), home = tag?.namespace ?? namespace ?? policy.namespace, plain = tag?.name ?? name, port = tag?.port === undefined ? section : String(tag.port);
  if (mesh.find('kuma-service', name).length > 0) return undefined;
  if (tag === undefined && isAnywhere({ namespace }, policy)) return undefined;
  const [service] = [...mesh.find('id', `MeshService/${home}/${plain}`), ...mesh.find('id', `MeshMultiZoneService/${home}/${plain}`), ...mesh.find('id', `Service/${home}/${plain}`)];
  if (service === undefined) return `there is no service ${plain} in namespace ${home}`;
  return port === undefined || list(dig(service.spec, 'ports')).some((one) => shown(field(one, 'port')) === port || field(one, 'name') === port) ? undefined : `service ${plain} of namespace ${home} has no port ${port}`;
}

function isAnywhere({ namespace }: Pick<KumaTarget, 'namespace'>, policy: ConfigObject): boolean {
  return namespace === undefined && (systemNamespaces.includes(policy.namespace) || policy.namespace === '');
}

function textOf(labels: ReadonlyMap<string, string>): string {
  return [...labels].map(([key, value]) => `${key}=${value}`).join(', ') || 'that are asked for';
}
