import { coveringPatterns, fullHost, serviceName } from '../../mesh/hosts.ts';
import { allowsAnyOutbound, isRegistered } from '../../mesh/registry.ts';
import { isExportedTo } from '../../mesh/visibility.ts';
import type { Check } from '../check.ts';
import { operationValues } from './rules.ts';

export const authorizationHostNotFound: Check = {
  code: 'authorization-policy/host-not-found',
  kiali: 'KIA0104',
  severity: 'error',
  kinds: ['AuthorizationPolicy'],
  title: 'Host that nothing serves',
  meaning: 'No request for a Service of that name can arrive, so this part of the rule never matches.',
  remedy: 'Name a Service, a host of a ServiceEntry or of a VirtualService that the namespace sees.',
  run: (policy, mesh, report) => {
    for (const { path, text } of operationValues(policy, 'hosts')) {
      const written = text.replace(/:\d+$/, '');
      // Names with dots are values of the Host header unless they end in a namespace of the cluster.
      const [, second, third] = written.split('.');
      if (written.includes('*') || third !== undefined || (second !== undefined && !mesh.namespaces.has(second))) continue;
      const host = fullHost(written, policy.namespace, mesh);
      const isRouted = coveringPatterns(host).some((pattern) => mesh.find('virtual-host', `*|${pattern}`).some((service) => isExportedTo(service, policy.namespace, mesh)));
      if (isRouted || isRegistered(host, policy.namespace, mesh)) continue;
      const { service = written, namespace = policy.namespace } = serviceName(host, mesh) ?? {};
      report(path, `namespace ${namespace} has no Service ${service}, and no ServiceEntry or VirtualService has the host`, allowsAnyOutbound(policy.namespace, mesh) ? 'warning' : 'error');
    }
  },
};
