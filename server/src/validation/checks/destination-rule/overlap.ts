import { dig, field, list, text } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { isWildcard } from '../../mesh/hosts.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { clientMode } from '../../mesh/mtls.ts';
import { seenTogether } from '../../mesh/visibility.ts';
import type { Check } from '../check.ts';
import { ruleHost, rulesCovering } from './rule-host.ts';

export const ruleOverlap: Check = {
  code: 'destination-rule/overlap',
  kiali: 'KIA0201',
  severity: 'warning',
  kinds: ['DestinationRule'],
  title: 'Two rules for the same host and subset',
  meaning: 'Istio merges what it can and drops the rest: of two traffic policies one is lost.',
  remedy: 'Merge the rules into one object, or give their subsets different names.',
  run: (rule, mesh, report) => {
    const host = ruleHost(rule, mesh);
    if (host === undefined || setsMutualTlsOfMany(rule, host)) return;
    const rival = rivals(host, mesh).find((other) => {
      const otherHost = ruleHost(other, mesh);
      return other.id !== rule.id && otherHost !== undefined && !setsMutualTlsOfMany(other, otherHost) && shareSubset(rule, other) && seenTogether(rule, host, other, otherHost, mesh);
    });
    if (rival !== undefined) report('spec/host', `DestinationRule ${rival.namespace}/${rival.name} is for the same host and subset`);
  },
};

/** Rules that turn mutual TLS on for a namespace or the mesh are meant to lie under others. */
function setsMutualTlsOfMany(rule: ConfigObject, host: string): boolean {
  return isWildcard(host) && clientMode(rule) === 'ISTIO_MUTUAL';
}

function rivals(host: string, mesh: Mesh): ConfigObject[] {
  const under = !isWildcard(host) ? [] : host === '*' ? mesh.find('kind', 'DestinationRule') : mesh.find('rule-under', host.slice(2));
  return [...rulesCovering(host, mesh), ...under];
}

/** A rule without subsets speaks for all of them. */
function shareSubset(a: ConfigObject, b: ConfigObject): boolean {
  const names = subsetNames(a), others = subsetNames(b);
  return names.length === 0 || others.length === 0 || names.some((name) => others.includes(name));
}

function subsetNames(rule: ConfigObject): (string | undefined)[] {
  return list(dig(rule.spec, 'subsets')).map((subset) => text(field(subset, 'name')));
}
