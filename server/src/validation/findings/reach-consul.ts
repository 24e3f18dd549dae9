import { field, list, text } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { entryName } from '../mesh/consul.ts';
import { podsOfService } from '../mesh/consul-instances.ts';
import type { Mesh } from '../mesh/mesh.ts';
import type { Reach } from './reached.ts';

type Reached = Partial<Reach>;

/**
 * Callers of the service that an entry is for: of its Services, and traffic into the pods that carry its name. Wildcard
 * intentions, ProxyDefaults and Mesh are about everybody; gateways and exports about the services that they name.
 */
export function ofConsulEntry(entry: ConfigObject, path: string, mesh: Mesh): Reached {
  switch (entry.type) {
    case 'ConsulProxyDefaults': case 'ConsulMesh': return { servingNamespaces: ['*'] };
    case 'ConsulIngress': case 'ConsulTerminating': case 'ConsulExports': return ofNames(namedAt(entry, path), mesh);
    default: {
      const name = entryName(entry);
      return name === '*' ? { servingNamespaces: ['*'] } : ofNames([name], mesh);
    }
  }
}

function ofNames(names: readonly string[], mesh: Mesh): Reached {
  if (names.includes('*')) return { servingNamespaces: ['*'] };
  const services = names.flatMap((name) => mesh.find('consul-service', name)).filter(({ type }) => type === 'Service');
  return {
    hosts: services.map(({ name, namespace }) => `${name}.${namespace}.${mesh.settings.identityDomain}`),
    serving: names.flatMap((name) => podsOfService(name, mesh)).map(({ name, namespace }) => ({ name, namespace })),
  };
}

/** The services of the part of a gateway or of exports that the path is in, or of the whole. */
function namedAt({ spec, type }: ConfigObject, path: string): string[] {
  const lists = type === 'ConsulIngress' ? list(field(spec, 'listeners')).map((listener, n) => ({ base: `spec/listeners[${n}]/services`, services: list(field(listener, 'services')) })) : [{ base: 'spec/services', services: list(field(spec, 'services')) }];
  const named = lists.flatMap(({ base, services }) => services.map((service, n) => ({ path: `${base}[${n}]`, name: text(field(service, 'name')) })));
  const within = named.filter((one) => path === one.path || path.startsWith(`${one.path}/`));
  return (within.length > 0 ? within : named).flatMap(({ name }) => name ?? []);
}
