import { dig, field, list } from '../../model/fields.ts';
import { fullHost } from '../../mesh/hosts.ts';
import { routesOf } from '../../mesh/routes.ts';
import { isVisible } from '../../mesh/visibility.ts';
import { rulesCovering } from '../destination-rule/rule-host.ts';
import type { Check } from '../check.ts';

export const subsetNotFound: Check = {
  code: 'virtual-service/subset-not-found',
  kiali: 'KIA1107',
  severity: 'warning',
  kinds: ['VirtualService'],
  title: 'Route to a subset that no rule defines',
  meaning: 'Requests that take the route fail with 503 and the flag NC: the subset has no cluster.',
  remedy: 'Define the subset in a DestinationRule for the host that is exported to this namespace.',
  run: (service, mesh, report) => {
    for (const { path, host: written, subset } of routesOf(service).flatMap(({ destinations }) => destinations)) {
      if (written === undefined || subset === undefined) continue;
      const host = fullHost(written, service.namespace, mesh);
      const isDefined = rulesCovering(host, mesh).some((rule) => list(dig(rule.spec, 'subsets')).some((one) => field(one, 'name') === subset) && isVisible(rule, host, service.namespace, mesh));
      if (!isDefined) report(`${path}/destination`, `no DestinationRule that namespace ${service.namespace} sees defines subset ${subset} of ${host}`);
    }
  },
};
