import { field, list, text } from '../../model/fields.ts';
import { labelsFrom } from '../../model/labels.ts';
import { meshOf, proxiesWith, serviceTag } from '../../mesh/kuma.ts';
import type { Check } from '../check.ts';

export const kumaGatewaySelectsNothing: Check = {
  code: 'kuma-gateway/selects-nothing',
  severity: 'error',
  kinds: ['KumaGateway'],
  title: 'MeshGateway without a proxy',
  meaning: 'No proxy opens its listeners: nothing from outside reaches the mesh through it.',
  remedy: 'Give a MeshGatewayInstance, or the gateway of a Dataplane, the tags that `selectors` match, in the same mesh.',
  run: (gateway, mesh, report) => {
    const name = meshOf(gateway);
    for (const [n, selector] of list(field(gateway.spec, 'selectors')).entries()) {
      const match = labelsFrom(field(selector, 'match')), service = text(match.get(serviceTag));
      if (service === undefined || service === '*') continue;
      const serving = mesh.find('kuma-service', service).some((one) => one.type !== 'KumaGateway' && meshOf(one) === name) || proxiesWith(match, undefined, name, mesh).length > 0;
      if (!serving) report(`spec/selectors[${n}]/match`, `no MeshGatewayInstance and no proxy of mesh ${name} has ${serviceTag} ${service}`);
    }
  },
};
