import { dig, field, text } from '../../model/fields.ts';
import { referencesOf } from '../../mesh/traefik.ts';
import type { Check } from '../check.ts';

export const traefikTlsReferenceNotFound: Check = {
  code: 'traefik-route/tls-reference-not-found',
  severity: 'error',
  kinds: ['TraefikRoute', 'TraefikService'],
  title: 'TLS options or transport that do not exist',
  meaning: 'Without its TLS options a router falls back to the defaults, with other versions and without client certificates; without its transport the backend is not reached by TLS as written.',
  remedy: 'Name an existing TLSOption, and a ServersTransport (ServersTransportTCP for TCP), with their namespace.',
  run: (object, mesh, report) => {
    const options = text(dig(object.spec, 'tls', 'options', 'name')), home = text(dig(object.spec, 'tls', 'options', 'namespace')) ?? object.namespace;
    if (options !== undefined && options !== 'default' && !options.includes('@') && mesh.find('id', `TLSOption/${home}/${options}`).length === 0) report('spec/tls/options/name', `there is no TLSOption ${home}/${options}`);
    const kind = object.kind === 'IngressRouteTCP' ? 'ServersTransportTCP' : 'ServersTransport';
    for (const { path, body, namespace } of referencesOf(object)) {
      const transport = text(field(body, 'serversTransport'));
      if (transport !== undefined && !transport.includes('@') && mesh.find('id', `${kind}/${namespace}/${transport}`).length === 0) report(`${path}/serversTransport`, `there is no ${kind} ${namespace}/${transport}`);
    }
  },
};
