import { dig, text } from '../../model/fields.ts';
import { authorityProblem, isSignedBy, readBundle, subjectOf } from '../../mesh/certificates.ts';
import { linkerdConfig, linkerdValues, trustRoots } from '../../mesh/linkerd-config.ts';
import type { Check } from '../check.ts';

export const issuer: Check = {
  code: 'linkerd-control-plane/issuer',
  severity: 'error',
  kinds: ['ConfigMap'],
  title: 'Issuer that proxies do not trust, or that is about to expire',
  meaning: 'The issuer signs the certificate of every proxy. Proxies refuse each other if no trust anchor signed it; once it expired no certificate is renewed, and within a day no connection is accepted.',
  remedy: 'Issue it from an anchor of `linkerd-identity-trust-roots`, with `isCA`, an ECDSA key on P-256 and more than 60 days to live. Where cert-manager keeps it in a Secret, the values here are those of the installation: look at `linkerd check`.',
  run: ({ name, namespace, body }, mesh, report) => {
    if (name !== linkerdConfig) return;
    const object = mesh.find('mesh-config', linkerdConfig).find((config) => config.namespace === namespace);
    const values = object && linkerdValues(object), path = dig(body, 'data', 'values') === undefined ? '' : 'data/values';
    const [certificate] = readBundle(text(dig(values, 'identity', 'issuer', 'tls', 'crtPEM')) ?? '').certificates;
    if (certificate === undefined) return;
    const problem = authorityProblem(certificate, mesh.settings.nowMs);
    if (problem !== undefined) return report(path, `issuer ${subjectOf(certificate)} ${problem.problem}`, problem.severity);
    const roots = mesh.find('mesh-config', trustRoots).filter((one) => one.namespace === namespace);
    const anchors = roots.flatMap((one) => readBundle(text(dig(one.body, 'data', 'ca-bundle.crt')) ?? '').certificates);
    if (anchors.length > 0 && !anchors.some((anchor) => isSignedBy(certificate, anchor))) report(path, `issuer ${subjectOf(certificate)} is signed by none of the ${anchors.length} trust anchors`);
  },
};
