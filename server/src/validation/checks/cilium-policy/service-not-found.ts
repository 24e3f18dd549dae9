import { dig, field, isMap, list, text } from '../../model/fields.ts';
import { selectorMatches } from '../../model/labels.ts';
import { rulesOf } from '../../mesh/cilium-policies.ts';
import type { Check } from '../check.ts';

export const ciliumServiceNotFound: Check = {
  code: 'cilium-policy/service-not-found',
  severity: 'error',
  kinds: ['CiliumPolicy'],
  title: 'Policy to a Service that does not exist',
  meaning: 'The entry allows no address: calls to the Service are dropped.',
  remedy: 'Correct the name and namespace in `k8sService`, or the labels in `k8sServiceSelector`, which are those of the Service and not of its pods.',
  run: (policy, mesh, report) => {
    for (const entry of rulesOf(policy).flatMap(({ entries }) => entries)) {
      for (const [n, service] of list(field(entry.body, 'toServices')).entries()) {
        const path = `${entry.path}/toServices[${n}]`, name = text(dig(service, 'k8sService', 'serviceName'));
        const selector = field(service, 'k8sServiceSelector'), namespace = text(dig(service, name === undefined ? 'k8sServiceSelector' : 'k8sService', 'namespace')) ?? policy.namespace;
        if (name !== undefined) {
          if (mesh.find('id', `Service/${namespace}/${name}`).length === 0) report(`${path}/k8sService`, `there is no Service ${namespace}/${name}`);
        } else if (isMap(field(selector, 'selector'))) {
          const services = namespace === '' ? mesh.find('kind', 'Service') : mesh.find('kind-in', `Service/${namespace}`);
          if (!services.some(({ labels }) => selectorMatches(field(selector, 'selector'), labels))) report(`${path}/k8sServiceSelector`, `no Service ${namespace === '' ? 'of the cluster' : `of namespace ${namespace}`} has these labels`);
        }
      }
    }
  },
};
