import { dig, field, list, text } from '../../model/fields.ts';
import { labelsFrom } from '../../model/labels.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { isWildcard } from '../../mesh/hosts.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { workloadServerMode } from '../../mesh/mtls.ts';
import { serviceFor } from '../../mesh/registry.ts';
import { hasInjectionLabel, hasSidecar, isAmbient, workloadLabels, workloadsWith } from '../../mesh/workloads.ts';
import type { Check } from '../check.ts';
import { ruleHost } from './rule-host.ts';

export const plaintextToStrict: Check = {
  code: 'destination-rule/plaintext-to-strict',
  severity: 'error',
  kinds: ['DestinationRule'],
  title: 'Plaintext to a workload that takes mutual TLS only',
  meaning: 'The server ends every connection: its PeerAuthentication is STRICT and this rule makes clients send something else. Callers see 503 and the flag UC.',
  remedy: 'Set `tls.mode: ISTIO_MUTUAL` or drop `tls`; or make the PeerAuthentication PERMISSIVE.',
  run: (rule, mesh, report) => {
    const host = ruleHost(rule, mesh);
    if (host === undefined || isWildcard(host)) return;
    const strict = strictWorkload(host, rule.namespace, mesh);
    if (strict === undefined) return;
    for (const { path, mode } of tlsModes(rule)) {
      if (mode === 'DISABLE' || mode === 'SIMPLE') report(path, `${strict.kind} ${strict.namespace}/${strict.name} takes mutual TLS only, and this rule sends ${mode === 'DISABLE' ? 'plaintext' : 'TLS without a client certificate'}`);
    }
  },
};

/** A meshed workload behind the Service of a host that takes nothing but mutual TLS. */
function strictWorkload(host: string, namespace: string, mesh: Mesh): ConfigObject | undefined {
  const service = serviceFor(host, namespace, mesh);
  if (service === undefined) return undefined;
  return workloadsWith(labelsFrom(dig(service.spec, 'selector')), service.namespace, mesh).find((workload) =>
    workloadServerMode(workloadLabels(workload), workload.namespace, mesh) === 'STRICT' && (hasSidecar(workload, mesh) || hasInjectionLabel(workload, mesh) || isAmbient(workload, mesh)));
}

/** TLS modes of the rule: of the host, of its ports, of its subsets. */
function tlsModes({ spec }: ConfigObject): { readonly path: string; readonly mode: string | undefined }[] {
  const of = (policy: unknown, path: string): { path: string; mode: string | undefined }[] => [
    { path: `${path}/tls/mode`, mode: text(dig(policy, 'tls', 'mode')) },
    ...list(field(policy, 'portLevelSettings')).map((port, i) => ({ path: `${path}/portLevelSettings[${i}]/tls/mode`, mode: text(dig(port, 'tls', 'mode')) })),
  ];
  return [
    ...of(field(spec, 'trafficPolicy'), 'spec/trafficPolicy'),
    ...list(field(spec, 'subsets')).flatMap((subset, i) => of(field(subset, 'trafficPolicy'), `spec/subsets[${i}]/trafficPolicy`)),
  ];
}
