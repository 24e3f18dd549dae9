import { dig, text } from '../../model/fields.ts';
import { authorityProblem, readBundle, subjectOf } from '../../mesh/certificates.ts';
import { trustRoots } from '../../mesh/linkerd-config.ts';
import type { Check } from '../check.ts';

export const trustAnchor: Check = {
  code: 'linkerd-control-plane/trust-anchor',
  severity: 'warning',
  kinds: ['ConfigMap'],
  title: 'Trust anchor that is about to fail',
  meaning: 'When the last good anchor expires no proxy trusts another: every meshed connection of the cluster fails at once.',
  remedy: 'Rotate the anchor while the old one is good: bundle old and new, restart the workloads, then renew the issuer and take the old one out.',
  run: ({ name, body }, mesh, report) => {
    if (name !== trustRoots) return;
    const path = 'data/ca-bundle.crt', { certificates, unreadable } = readBundle(text(dig(body, 'data', 'ca-bundle.crt')) ?? '');
    if (certificates.length === 0) return report(path, 'there is no certificate in it that can be read', 'error');
    const problems = certificates.map((certificate) => ({ certificate, found: authorityProblem(certificate, mesh.settings.nowMs) }));
    // One anchor that is good is enough for the others to be on their way out.
    const [first] = problems;
    if (first?.found !== undefined && problems.every(({ found }) => found !== undefined)) report(path, `trust anchor ${subjectOf(first.certificate)} ${first.found.problem}`, first.found.severity);
    else if (unreadable > 0) report(path, `${unreadable} of its certificates cannot be read`);
  },
};
