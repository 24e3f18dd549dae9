import { dig, field, list } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { clientMode } from '../../mesh/mtls.ts';
import { seenTogether } from '../../mesh/visibility.ts';
import type { Check } from '../check.ts';
import { ruleHost, rulesCovering } from './rule-host.ts';

export const tlsOverridden: Check = {
  code: 'destination-rule/tls-overridden',
  kiali: 'KIA0204',
  severity: 'warning',
  kinds: ['DestinationRule'],
  title: 'TLS of a wider rule is lost',
  meaning: 'A rule for one host replaces the wider rule whole. Its mutual TLS goes with it, and calls to a STRICT workload fail.',
  remedy: 'Repeat `trafficPolicy.tls.mode: ISTIO_MUTUAL` in this rule, or rely on automatic mutual TLS and drop the wider rule.',
  run: (rule, mesh, report) => {
    const host = ruleHost(rule, mesh);
    if (host === undefined || setsTls(rule)) return;
    const wider = rulesCovering(host, mesh).find((other) => other.id !== rule.id && clientMode(other) === 'ISTIO_MUTUAL' && seenTogether(rule, host, other, host, mesh));
    if (wider !== undefined) report('spec/trafficPolicy', `DestinationRule ${wider.namespace}/${wider.name} sets ISTIO_MUTUAL for this host, and this rule sets no TLS`);
  },
};

function setsTls({ spec }: ConfigObject): boolean {
  const policy = field(spec, 'trafficPolicy');
  return [dig(policy, 'tls'), ...list(field(policy, 'portLevelSettings')).map((port) => field(port, 'tls'))].some((tls) => tls !== undefined && tls !== null);
}
