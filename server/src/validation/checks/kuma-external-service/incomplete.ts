import { dig, field, integer, list, text } from '../../model/fields.ts';
import { labelsFrom } from '../../model/labels.ts';
import { serviceTag } from '../../mesh/kuma.ts';
import type { Check } from '../check.ts';

export const kumaExternalServiceIncomplete: Check = {
  code: 'kuma-external-service/incomplete',
  severity: 'error',
  kinds: ['KumaExternalService'],
  title: 'External service that leads nowhere',
  meaning: 'The mesh has a name without an address behind it: calls to it get 503, or the control plane refuses the object.',
  remedy: 'A MeshExternalService needs `endpoints`, each with a port unless the address is a socket, and a `match` of its own; an ExternalService needs the tag `kuma.io/service` and `networking.address`.',
  run: ({ kind, spec }, _mesh, report) => {
    if (kind === 'ExternalService') {
      if (text(labelsFrom(field(spec, 'tags')).get(serviceTag)) === undefined) report('spec/tags', `it has no tag ${serviceTag}`);
      const address = text(dig(spec, 'networking', 'address'));
      if (address === undefined || !/:\d+$/.test(address)) report('spec/networking/address', address === undefined ? 'it has no address' : `${address} has no port`);
      return;
    }
    const endpoints = list(field(spec, 'endpoints'));
    if (endpoints.length === 0 && field(spec, 'extension') === undefined) report('spec/endpoints', 'it has no endpoints');
    for (const [n, endpoint] of endpoints.entries()) {
      const address = text(field(endpoint, 'address'));
      if (address === undefined) report(`spec/endpoints[${n}]/address`, 'the endpoint has no address');
      else if (!address.startsWith('unix://') && integer(field(endpoint, 'port')) === undefined) report(`spec/endpoints[${n}]/port`, `the endpoint ${address} has no port`);
    }
    if (integer(dig(spec, 'match', 'port')) === undefined) report('spec/match/port', 'no port is matched, so nothing is sent to it');
  },
};
