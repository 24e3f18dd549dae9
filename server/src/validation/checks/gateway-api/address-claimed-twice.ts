import { dig, field, list, text } from '../../model/fields.ts';
import type { Check } from '../check.ts';

export const addressClaimedTwice: Check = {
  code: 'gateway-api/address-claimed-twice',
  kiali: 'KIA1502',
  severity: 'warning',
  kinds: ['GatewayApiGateway'],
  title: 'One address in several Gateways',
  meaning: 'Only one of them can have the address; the others stay without it, or take its traffic.',
  remedy: 'Give each Gateway an address of its own, or merge their listeners into one.',
  run: (gateway, mesh, report) => {
    for (const address of list(dig(gateway.spec, 'addresses'))) {
      const value = text(field(address, 'value'));
      if (value === undefined) continue;
      const rival = mesh.find('gateway-address', `${text(field(address, 'type')) ?? 'IPAddress'}|${value}`).find((other) => other.id !== gateway.id);
      if (rival !== undefined) report('spec/addresses/value', `Gateway ${rival.namespace}/${rival.name} asks for ${value} too`);
    }
  },
};
