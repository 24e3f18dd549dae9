import { dig, texts } from '../../model/fields.ts';
import { gatewayName } from '../../mesh/gateways.ts';
import { fullHost, serviceName } from '../../mesh/hosts.ts';
import { seenTogether } from '../../mesh/visibility.ts';
import type { Check } from '../check.ts';

export const hostClaimedTwice: Check = {
  code: 'virtual-service/host-claimed-twice',
  kiali: 'KIA1106',
  severity: 'warning',
  kinds: ['VirtualService'],
  title: 'One host in several VirtualServices',
  meaning: 'Sidecars follow one of them and drop the others; on a gateway their routes are joined in an order that is not defined.',
  remedy: 'Put the routes of a host into one VirtualService, or export each to namespaces of its own.',
  run: (service, mesh, report) => {
    const bound = texts(dig(service.spec, 'gateways')).map(({ text }) => gatewayName(text, service.namespace));
    for (const { text } of texts(dig(service.spec, 'hosts'))) {
      const host = fullHost(text, service.namespace, mesh), name = serviceName(host, mesh);
      for (const gateway of bound.length > 0 ? bound : ['mesh']) {
        // A wildcard of a namespace meets every host of it.
        const under = name?.service === '*' ? mesh.find('virtual-under', `${gateway}|${name.namespace}`) : name === undefined ? [] : mesh.find('virtual-host', `${gateway}|*.${name.namespace}.${mesh.settings.identityDomain}`);
        const rival = [...mesh.find('virtual-host', `${gateway}|${host}`), ...under].find((other) => other.id !== service.id && seenTogether(service, host, other, host, mesh));
        if (rival !== undefined) return report('spec/hosts', `VirtualService ${rival.namespace}/${rival.name} routes ${host} ${gateway === 'mesh' ? 'for sidecars' : `on gateway ${gateway}`} too`);
      }
    }
  },
};
