import type { Check } from '../check.ts';
import { namedGateways } from './gateways-of.ts';

export const gatewayOldName: Check = {
  code: 'virtual-service/gateway-old-name',
  kiali: 'KIA1108',
  severity: 'info',
  kinds: ['VirtualService'],
  title: 'Gateway named in the old way',
  meaning: 'Names with dots are read as before, and are ambiguous where a Gateway has dots in its own name.',
  remedy: 'Write `<namespace>/<name>`.',
  run: (service, _mesh, report) => {
    for (const { path, text } of namedGateways(service)) {
      if (text.includes('.') && !text.includes('/')) report(path, `${text} should be written ${text.split('.').slice(0, 2).toReversed().join('/')}`);
    }
  },
};
