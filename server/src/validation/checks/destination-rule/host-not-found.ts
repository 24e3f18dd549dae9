import { isWildcard, serviceName } from '../../mesh/hosts.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { allowsAnyOutbound, isRegistered } from '../../mesh/registry.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import type { Check } from '../check.ts';
import { ruleHost } from './rule-host.ts';

export const ruleHostNotFound: Check = {
  code: 'destination-rule/host-not-found',
  kiali: 'KIA0202',
  severity: 'error',
  kinds: ['DestinationRule'],
  title: 'Host that is not in the registry',
  meaning: 'The rule applies to no traffic: subsets, TLS and limits of the host are as if it were not there.',
  remedy: 'Name a Service or a host of a ServiceEntry that the namespace sees; short names mean the namespace of the rule.',
  run: (rule, mesh, report) => {
    const host = ruleHost(rule, mesh);
    if (host === undefined || hasDestination(rule, host, mesh)) return;
    report('spec/host', `${host} is no Service and no host of a ServiceEntry`, allowsAnyOutbound(rule.namespace, mesh) ? 'warning' : 'error');
  },
};

/** True where the host is in the registry, is a wildcard, or names an app of the rule's own namespace. */
export function hasDestination(rule: ConfigObject, host: string, mesh: Mesh): boolean {
  if (isWildcard(host) || isRegistered(host, rule.namespace, mesh)) return true;
  const name = serviceName(host, mesh);
  return name?.namespace === rule.namespace && mesh.find('app', `${name.namespace}/${name.service}`).length > 0;
}
