import { dig, field, list, text } from '../../model/fields.ts';
import type { Check } from '../check.ts';

const references = [['mtls', 'enabledBackend'], ['metrics', 'enabledBackend'], ['logging', 'defaultBackend'], ['tracing', 'defaultBackend']] as const;

export const kumaMeshBackendNotFound: Check = {
  code: 'kuma-mesh/backend-not-found',
  severity: 'error',
  kinds: ['KumaMesh'],
  title: 'Mesh whose enabled backend is not defined',
  meaning: 'The control plane refuses the Mesh: mTLS, metrics, logs or traces stay as they were.',
  remedy: 'Name one of the `backends` beside it.',
  run: ({ spec }, _mesh, report) => {
    for (const [part, key] of references) {
      const wanted = text(dig(spec, part, key)), names = list(dig(spec, part, 'backends')).flatMap((one) => text(field(one, 'name')) ?? []);
      if (wanted !== undefined && !names.includes(wanted)) report(`spec/${part}/${key}`, `${part} has no backend ${wanted}${names.length > 0 ? `; there is ${names.join(', ')}` : ''}`);
    }
  },
};
