import { dig, text } from '../../model/fields.ts';
import { accountExists } from '../../mesh/principals.ts';
import type { Check } from '../check.ts';

export const serviceAccountNotFound: Check = {
  code: 'workload-group/service-account-not-found',
  kiali: 'KIA1701',
  severity: 'warning',
  kinds: ['WorkloadGroup'],
  title: 'Service account that does not exist',
  meaning: 'Machines of the group get no certificate, so they cannot join the mesh.',
  remedy: 'Create the service account in the namespace of the group, or name an existing one.',
  run: (group, mesh, report) => {
    const account = text(dig(group.spec, 'template', 'serviceAccount'));
    if (account !== undefined && !accountExists(group.namespace, account, mesh)) report('spec/template/serviceAccount', `namespace ${group.namespace} has no service account ${account}`);
  },
};
