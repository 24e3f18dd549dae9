import { dig, field, list, text } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { endpointSelector, workloadsMatching } from '../mesh/cilium-selectors.ts';
import { rulesOf, someSubjects } from '../mesh/cilium-policies.ts';
import type { Mesh } from '../mesh/mesh.ts';
import type { Reach } from './reached.ts';

type Reached = Partial<Reach>;

/** Traffic into the pods of an ingress rule, out of those of an egress rule, and both where the path is of neither. */
export function ofCiliumPolicy(policy: ConfigObject, path: string, mesh: Mesh): Reached {
  const rules = rulesOf(policy), within = rules.filter((rule) => path === rule.path || path.startsWith(`${rule.path}/`));
  const subjects = (within.length > 0 ? within : rules).flatMap((rule) => someSubjects(rule, mesh)).map(({ namespace, name }) => ({ namespace, name }));
  const section = /^specs?(?:\[\d+\])?\/(ingress|egress)/.exec(path)?.[1];
  const directions = (['ingress', 'egress'] as const).filter((direction) => section === direction || (section === undefined && rules.some(({ entries }) => entries.some((entry) => entry.direction === direction))));
  return { serving: directions.includes('ingress') ? subjects : [], calling: directions.includes('egress') ? subjects : [] };
}

/** Callers of the Services whose traffic is sent to Envoy, or that Envoy calls: of the one that the path names, if it is in one. */
export function ofCiliumEnvoyConfig({ spec, namespace: home }: ConfigObject, path: string, { settings }: Mesh): Reached {
  const references = (['services', 'backendServices'] as const).flatMap((key) => list(field(spec, key)).map((reference, n) => ({ reference, path: `spec/${key}[${n}]` })));
  const named = references.filter((one) => path.startsWith(one.path));
  return {
    hosts: (named.length > 0 ? named : references).flatMap(({ reference }) => {
      const name = text(field(reference, 'name'));
      return name === undefined ? [] : [`${name}.${text(field(reference, 'namespace')) ?? home}.${settings.identityDomain}`];
    }),
  };
}

/** Callers of the Service that is redirected, and the pods that it is redirected to. */
export function ofLocalRedirect({ spec, namespace }: ConfigObject, mesh: Mesh): Reached {
  const service = text(dig(spec, 'redirectFrontend', 'serviceMatcher', 'serviceName')), selector = endpointSelector(dig(spec, 'redirectBackend', 'localEndpointSelector'));
  return {
    hosts: service === undefined ? [] : [`${service}.${namespace}.${mesh.settings.identityDomain}`],
    serving: selector.isOpaque ? [] : workloadsMatching(selector, namespace, mesh).take(200).map((one) => ({ namespace: one.namespace, name: one.name })).toArray(),
  };
}
