import { dig, field, isMap, list, text } from '../../model/fields.ts';
import { labelsFrom } from '../../model/labels.ts';
import { serviceTag } from '../../mesh/kuma.ts';
import type { Check } from '../check.ts';

export const kumaInboundWithoutService: Check = {
  code: 'kuma-dataplane/inbound-without-service',
  severity: 'error',
  kinds: ['KumaDataplane'],
  title: 'Dataplane that belongs to no service',
  meaning: 'The control plane refuses the Dataplane: the proxy gets no configuration, and nobody finds the service.',
  remedy: 'Tag every inbound, and a gateway, with `kuma.io/service`.',
  run: ({ spec, labels }, _mesh, report) => {
    // Proxies of newer releases are found by the name of their workload.
    if (labels.has('kuma.io/workload')) return;
    const networking = field(spec, 'networking'), inbounds = list(field(networking, 'inbound')), gateway = field(networking, 'gateway');
    for (const [n, inbound] of inbounds.entries()) if (isMap(inbound) && text(labelsFrom(field(inbound, 'tags')).get(serviceTag)) === undefined) report(`spec/networking/inbound[${n}]/tags`, `the inbound has no tag ${serviceTag}`);
    if (isMap(gateway) && text(labelsFrom(dig(gateway, 'tags')).get(serviceTag)) === undefined) report('spec/networking/gateway/tags', `the gateway has no tag ${serviceTag}`);
    if (inbounds.length === 0 && !isMap(gateway) && isMap(networking) && list(field(networking, 'listeners')).length === 0) report('spec/networking', 'the Dataplane has neither an inbound nor a gateway', 'warning');
  },
};
