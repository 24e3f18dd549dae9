import type { ConfigObject } from '../../model/config-object.ts';
import { serviceName } from '../../mesh/hosts.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { ruleHost } from './rule-host.ts';

/** The namespace for all of whose Services the rule is (`*.prod.svc.cluster.local`), or undefined. */
export function wholeNamespace(rule: ConfigObject, mesh: Mesh): string | undefined {
  const name = serviceName(ruleHost(rule, mesh) ?? '', mesh);
  return name?.service === '*' ? name.namespace : undefined;
}
