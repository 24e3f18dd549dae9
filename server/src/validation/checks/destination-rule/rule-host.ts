import { dig, text } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { coveringPatterns, fullHost } from '../../mesh/hosts.ts';
import type { Mesh } from '../../mesh/mesh.ts';

/** The full host of a DestinationRule; undefined where it has none. */
export function ruleHost(rule: ConfigObject, mesh: Mesh): string | undefined {
  const written = text(dig(rule.spec, 'host'));
  return written === undefined ? undefined : fullHost(written, rule.namespace, mesh);
}

/** The DestinationRules whose host is this one or a wildcard over it. */
export function rulesCovering(host: string, mesh: Mesh): ConfigObject[] {
  return coveringPatterns(host).flatMap((pattern) => mesh.find('rule-host', pattern));
}
