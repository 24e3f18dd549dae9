import { dig, field, list, text } from '../../model/fields.ts';
import type { Check } from '../check.ts';
import { isGranted } from './backends.ts';
import { listenersOf } from './listeners.ts';

export const listenerCertificate: Check = {
  code: 'gateway-api/listener-certificate',
  severity: 'error',
  kinds: ['GatewayApiGateway'],
  title: 'Listener without a certificate that it may use',
  meaning: 'TLS handshakes fail: the listener is not programmed, or has nothing to show.',
  remedy: 'Name a Secret in `tls.certificateRefs`; for one of another namespace add a ReferenceGrant there, from Gateway to Secret. Only protocol TLS takes mode Passthrough.',
  run: (gateway, mesh, report) => {
    for (const { index, protocol, body } of listenersOf(gateway)) {
      const path = `spec/listeners[${index}]`, tls = field(body, 'tls'), mode = text(field(tls, 'mode')) ?? 'Terminate', references = list(field(tls, 'certificateRefs'));
      if (protocol === 'HTTP' && references.length > 0) report(`${path}/tls`, 'the protocol is HTTP, so the certificate is not used', 'warning');
      if (protocol === 'HTTPS' && mode === 'Passthrough') report(`${path}/tls/mode`, 'a listener of HTTPS ends TLS itself; use protocol TLS and a TLSRoute to pass it through');
      // Some controllers take certificates from elsewhere, as `options` tell them.
      if ((protocol === 'HTTPS' || (protocol === 'TLS' && mode === 'Terminate')) && mode !== 'Passthrough' && references.length === 0 && dig(tls, 'options') === undefined) report(path, `the listener ends TLS and names no certificate`);
      for (const [n, reference] of references.entries()) {
        const name = text(field(reference, 'name')), namespace = text(field(reference, 'namespace'));
        if (name === undefined || namespace === undefined || namespace === gateway.namespace || (field(reference, 'kind') ?? 'Secret') !== 'Secret') continue;
        if (!isGranted({ kind: 'Gateway', namespace: gateway.namespace }, { kind: 'Secret', namespace, name }, mesh)) report(`${path}/tls/certificateRefs[${n}]`, `no ReferenceGrant of namespace ${namespace} lets a Gateway of ${gateway.namespace} refer to Secret ${name}`);
      }
    }
  },
};
