import { dig, field, text } from '../../model/fields.ts';
import { readBundle } from '../../mesh/certificates.ts';
import { linkerdConfig, linkerdValues, trustRoots } from '../../mesh/linkerd-config.ts';
import type { Check } from '../check.ts';

export const anchorMismatch: Check = {
  code: 'linkerd-control-plane/anchor-mismatch',
  severity: 'warning',
  kinds: ['ConfigMap'],
  title: 'Trust anchors of the installation and of the proxies differ',
  meaning: 'Proxies are given the anchors of `linkerd-identity-trust-roots` when they start; the next upgrade writes those of `linkerd-config` over them. Proxies of before and after then refuse each other.',
  remedy: 'Give the upgrade the bundle that is in use, and restart workloads after every change of it.',
  run: (config, mesh, report) => {
    if (config.name !== linkerdConfig) return;
    const installed = fingerprints(text(field(linkerdValues(config), 'identityTrustAnchorsPEM')));
    for (const roots of mesh.find('mesh-config', trustRoots)) {
      const used = fingerprints(text(dig(roots.body, 'data', 'ca-bundle.crt')));
      if (roots.namespace !== config.namespace || installed.size === 0 || used.size === 0) continue;
      if (installed.symmetricDifference(used).size > 0) report('data/values', `${used.difference(installed).size} trust anchors are in use that the installation does not know, and it has ${installed.difference(used).size} others`);
    }
  },
};

function fingerprints(pem: string | undefined): Set<string> {
  return new Set(readBundle(pem ?? '').certificates.map(({ fingerprint256 }) => fingerprint256));
}
