import { dig } from '../../model/fields.ts';
import { labelsFrom } from '../../model/labels.ts';
import { workloadsWith } from '../../mesh/workloads.ts';
import type { Check } from '../check.ts';

export const gatewaySelectorMatchesNothing: Check = {
  code: 'gateway/selector-matches-nothing',
  kiali: 'KIA0302',
  severity: 'warning',
  kinds: ['Gateway'],
  title: 'Gateway without a proxy',
  meaning: 'No gateway workload has the labels, so no port is opened: callers get connections refused.',
  remedy: 'Select the labels of the gateway deployment, such as `istio: ingressgateway`.',
  run: (gateway, mesh, report) => {
    const selector = labelsFrom(dig(gateway.spec, 'selector'));
    if (selector.size === 0) return;
    const namespace = mesh.settings.gatewaysScopedToNamespace ? gateway.namespace : '*';
    if (workloadsWith(selector, namespace, mesh).length > 0) return;
    const written = [...selector].map(([key, value]) => `${key}=${value}`).join(', ');
    report('spec/selector', `no workload${namespace === '*' ? '' : ` in namespace ${namespace}`} has the labels ${written}`);
  },
};
