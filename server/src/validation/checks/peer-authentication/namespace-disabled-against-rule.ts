import { isMutual, meshClientModes, namespaceClientModes, serverMode } from '../../mesh/mtls.ts';
import type { Check } from '../check.ts';
import { isForNamespace } from './reach.ts';

export const namespaceDisabledAgainstRule: Check = {
  code: 'peer-authentication/namespace-disabled-against-rule',
  kiali: 'KIA0505',
  severity: 'error',
  kinds: ['PeerAuthentication'],
  title: 'Servers of a namespace speak plaintext, clients send mutual TLS',
  meaning: 'The servers do not understand what the clients send: calls into the namespace fail.',
  remedy: 'Add a DestinationRule for all hosts of the namespace with `tls.mode: DISABLE`, or make the policy PERMISSIVE.',
  run: (policy, mesh, report) => {
    if (!isForNamespace(policy, mesh) || serverMode(policy) !== 'DISABLE') return;
    const own = namespaceClientModes(policy.namespace, mesh);
    if (own.some(isMutual)) report('spec/mtls', `a DestinationRule for namespace ${policy.namespace} sends mutual TLS`);
    else if (!own.includes('DISABLE') && meshClientModes(mesh).some(isMutual)) report('spec/mtls', `a DestinationRule for the mesh sends mutual TLS, and none for namespace ${policy.namespace} turns it off`);
  },
};
