import { dig, field, list, text } from '../../model/fields.ts';
import type { Check } from '../check.ts';

export const backendTlsTarget: Check = {
  code: 'gateway-api/backend-tls-target',
  severity: 'error',
  kinds: ['BackendTLSPolicy'],
  title: 'TLS to a Service or port that does not exist',
  meaning: 'The policy is attached to nothing: the gateway goes on to speak plain text to the backend, which refuses it or answers what nobody protects.',
  remedy: 'Name a Service of the same namespace; `sectionName` is the name of one of its ports. Give `validation.hostname`, and a CA or `wellKnownCACertificates`.',
  run: ({ spec, namespace }, mesh, report) => {
    for (const [n, target] of list(field(spec, 'targetRefs')).entries()) {
      const name = text(field(target, 'name')), section = text(field(target, 'sectionName'));
      if (name === undefined || (field(target, 'kind') ?? 'Service') !== 'Service') continue;
      const [service] = mesh.find('id', `Service/${namespace}/${name}`);
      if (service === undefined) report(`spec/targetRefs[${n}]/name`, `there is no Service ${namespace}/${name}`);
      else if (section !== undefined && !list(dig(service.spec, 'ports')).some((port) => field(port, 'name') === section)) report(`spec/targetRefs[${n}]/sectionName`, `Service ${namespace}/${name} has no port named ${section}`);
    }
    const validation = field(spec, 'validation');
    if (validation === undefined) return;
    if (text(field(validation, 'hostname')) === undefined) report('spec/validation/hostname', 'no name is given that the certificate of the backend has to have');
    const own = list(field(validation, 'caCertificateRefs')).length > 0, known = text(field(validation, 'wellKnownCACertificates')) !== undefined;
    if (own === known) report('spec/validation', own ? 'caCertificateRefs and wellKnownCACertificates exclude each other' : 'no CA is given that the certificate of the backend has to come from');
  },
};
