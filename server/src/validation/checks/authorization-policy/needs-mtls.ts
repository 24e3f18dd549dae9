import { field, texts } from '../../model/fields.ts';
import { receivesMtls } from '../../mesh/mtls.ts';
import { selectorOf } from '../selector/selector-of.ts';
import type { Check } from '../check.ts';
import { conditionKeys, sourcesOf } from './rules.ts';

const identityFields = ['principals', 'notPrincipals', 'namespaces', 'notNamespaces'];
const identityKeys: readonly unknown[] = ['source.namespace', 'source.principal', 'connection.sni'];

export const needsMtls: Check = {
  code: 'authorization-policy/needs-mtls',
  kiali: 'KIA0105',
  severity: 'error',
  kinds: ['AuthorizationPolicy'],
  title: 'Rule by identity without mutual TLS',
  meaning: 'Callers have no identity without mutual TLS: an ALLOW rule refuses all of them, a DENY rule refuses none.',
  remedy: 'Turn mutual TLS on for these workloads (PeerAuthentication STRICT, and no DestinationRule with `tls.mode: DISABLE`), or match by something else than identity.',
  run: (policy, mesh, report) => {
    const paths = [
      ...sourcesOf(policy).flatMap(({ path, source }) => identityFields.filter((name) => texts(field(source, name)).length > 0).map((name) => `${path}/${name}`)),
      ...conditionKeys(policy).filter(({ key }) => identityKeys.includes(key)).map(({ path }) => path),
    ];
    if (paths.length === 0 || receivesMtls(selectorOf(policy).labels, policy.namespace, mesh)) return;
    for (const path of paths) report(path, 'the rule asks who the caller is, but mutual TLS is off or not certain for these workloads');
  },
};
