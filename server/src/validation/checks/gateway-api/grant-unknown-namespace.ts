import { dig, field, list, text } from '../../model/fields.ts';
import type { Check } from '../check.ts';

export const grantUnknownNamespace: Check = {
  code: 'gateway-api/grant-unknown-namespace',
  kiali: 'KIA1601',
  severity: 'error',
  kinds: ['ReferenceGrant'],
  title: 'Grant to a namespace that does not exist',
  meaning: 'The grant lets nobody in; whoever creates the namespace later gets what it grants.',
  remedy: 'Write the name of an existing namespace, or drop the entry.',
  run: (grant, mesh, report) => {
    for (const [index, from] of list(dig(grant.spec, 'from')).entries()) {
      const namespace = text(field(from, 'namespace'));
      if (namespace !== undefined && !mesh.namespaces.has(namespace)) report(`spec/from[${index}]/namespace`, `namespace ${namespace} does not exist`);
    }
  },
};
