import { dig, field, isMap, list, shown, text } from '../../model/fields.ts';
import { endpointSelector, selectorText, workloadsMatching } from '../../mesh/cilium-selectors.ts';
import type { Check } from '../check.ts';

export const ciliumRedirectTargetNotFound: Check = {
  code: 'cilium-local-redirect/target-not-found',
  severity: 'error',
  kinds: ['CiliumLocalRedirectPolicy'],
  title: 'Local redirect from, or to, nothing',
  meaning: 'Traffic is not redirected to the pod of the node; a redirect whose backend is missing leaves connections to the frontend without a backend.',
  remedy: 'Name an existing Service of the same namespace, ports that it has, and labels of pods in this namespace.',
  run: (policy, mesh, report) => {
    const matcher = dig(policy.spec, 'redirectFrontend', 'serviceMatcher'), name = text(field(matcher, 'serviceName')), path = 'spec/redirectFrontend/serviceMatcher';
    if (name !== undefined) {
      const home = text(field(matcher, 'namespace')) ?? policy.namespace, [service] = mesh.find('id', `Service/${home}/${name}`);
      if (home !== policy.namespace) report(`${path}/namespace`, `the policy is of namespace ${policy.namespace} and redirects a Service of ${home}`);
      else if (service === undefined) report(`${path}/serviceName`, `there is no Service ${home}/${name}`);
      else {
        const ports = list(dig(service.spec, 'ports'));
        for (const [n, port] of list(field(matcher, 'toPorts')).entries()) {
          const wanted = shown(field(port, 'port'));
          if (wanted !== '' && !ports.some((one) => shown(field(one, 'port')) === wanted)) report(`${path}/toPorts[${n}]/port`, `Service ${home}/${name} has no port ${wanted}`);
        }
      }
    }
    const backend = dig(policy.spec, 'redirectBackend', 'localEndpointSelector');
    if (!isMap(backend)) return;
    const selector = endpointSelector(backend);
    if (!selector.isOpaque && !workloadsMatching(selector, policy.namespace, mesh).some(() => true)) report('spec/redirectBackend/localEndpointSelector', `no workload in namespace ${policy.namespace} has ${selectorText(selector)}`);
  },
};
