import { dig, field, list, text, texts } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { identityTrustDomain } from '../../mesh/linkerd-config.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { accountExists } from '../../mesh/principals.ts';
import type { Check } from '../check.ts';

export const identityNotFound: Check = {
  code: 'linkerd-authentication/identity-not-found',
  severity: 'warning',
  kinds: ['LinkerdMeshTls', 'LinkerdServerAuthorization'],
  title: 'Identity that nobody has',
  meaning: 'No proxy can present it, so this part of the authentication lets nobody in. Callers of another cluster that shares the trust anchors may have it.',
  remedy: 'Write `<service account>.<namespace>.serviceaccount.identity.<control plane namespace>.<trust domain>`, or name the account in `identityRefs` or `serviceAccounts`.',
  run: (object, mesh, report) => {
    for (const { path, account, namespace } of [...writtenIdentities(object, mesh), ...accountRefs(object)]) {
      if (account === undefined ? mesh.namespaces.has(namespace) : accountExists(namespace, account, mesh)) continue;
      report(path, account === undefined ? `there is no namespace ${namespace}` : `there is no ServiceAccount ${namespace}/${account}`);
    }
  },
};

interface Identity { readonly path: string; readonly namespace: string; /** Undefined for all of the namespace. */ readonly account: string | undefined }

/** Identities as text, of this trust domain; `*.<namespace>.serviceaccount.…` stands for all of a namespace. */
function writtenIdentities({ type, spec }: ConfigObject, mesh: Mesh): Identity[] {
  const base = type === 'LinkerdMeshTls' ? 'spec/identities' : 'spec/client/meshTLS/identities';
  const domain = identityTrustDomain(mesh);
  return texts(type === 'LinkerdMeshTls' ? field(spec, 'identities') : dig(spec, 'client', 'meshTLS', 'identities')).flatMap(({ index, text: identity }) => {
    const [, account, namespace, trustDomain] = /^([^.]{1,253})\.([^.*]{1,63})\.serviceaccount\.identity\.[^.]{1,63}\.(.{1,253})$/.exec(identity) ?? [];
    return namespace === undefined || trustDomain !== domain ? [] : [{ path: `${base}[${index}]`, namespace, account: account === '*' ? undefined : account }];
  });
}

function accountRefs({ type, spec, namespace: home }: ConfigObject): Identity[] {
  const isMeshTls = type === 'LinkerdMeshTls', base = isMeshTls ? 'spec/identityRefs' : 'spec/client/meshTLS/serviceAccounts';
  return list(isMeshTls ? field(spec, 'identityRefs') : dig(spec, 'client', 'meshTLS', 'serviceAccounts')).flatMap((ref, index): Identity[] => {
    const name = text(field(ref, 'name')), kind = isMeshTls ? field(ref, 'kind') : 'ServiceAccount', path = `${base}[${index}]/name`;
    if (kind === 'Namespace') return [{ path, namespace: name ?? home, account: undefined }];
    return kind === 'ServiceAccount' && name !== undefined ? [{ path, namespace: text(field(ref, 'namespace')) ?? home, account: name }] : [];
  });
}
