import { dig, field, isMap, list, text } from '../../model/fields.ts';
import { selectorMatches } from '../../model/labels.ts';
import type { ConfigObject } from '../../model/config-object.ts';
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
        const path = `${entry.path}/toServices[${n}]`, name = text(dig(service, 'k8sService', 'serviceName')), selector = dig(service, 'k8sServiceSelector', 'selector');
        const namespace = text(dig(service, name === undefined ? 'k8sServiceSelector' : 'k8sService', 'namespace')), where = namespace === undefined ? 'of any namespace' : `of namespace ${namespace}`;
        // Where no namespace is written, Cilium takes Services of all.
        const candidates = (): readonly ConfigObject[] => (namespace === undefined ? mesh.find('kind', 'Service') : mesh.find('kind-in', `Service/${namespace}`));
        if (name !== undefined) {
          if (mesh.find('id', `Service/${namespace ?? policy.namespace}/${name}`).length === 0 && !candidates().some((one) => one.name === name)) report(`${path}/k8sService`, `there is no Service ${name} ${where}`);
        } else if (isMap(selector) && !candidates().some(({ labels }) => selectorMatches(selector, labels))) report(`${path}/k8sServiceSelector`, `no Service ${where} has these labels`);
      }
    }
  },
};
