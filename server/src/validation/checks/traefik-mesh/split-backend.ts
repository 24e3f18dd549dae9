import { field, list, text } from '../../model/fields.ts';
import type { Check } from '../check.ts';

export const smiSplitBackend: Check = {
  code: 'traefik-mesh/split-backend',
  severity: 'error',
  kinds: ['SmiTrafficSplit'],
  title: 'TrafficSplit of, or to, a Service that does not exist',
  meaning: 'The share of a missing backend is lost, or the split is not applied at all and all requests go where they went.',
  remedy: 'Name Services of the namespace of the split, with a weight above 0 for at least one of them.',
  run: ({ spec, namespace }, mesh, report) => {
    const check = (service: string | undefined, path: string): void => {
      const [name = '', home = namespace] = (service ?? '').split('.');
      if (name !== '' && mesh.find('id', `Service/${home}/${name}`).length === 0) report(path, `there is no Service ${home}/${name}`);
    };
    const backends = list(field(spec, 'backends'));
    check(text(field(spec, 'service')), 'spec/service');
    for (const [n, backend] of backends.entries()) check(text(field(backend, 'service')), `spec/backends[${n}]/service`);
    if (backends.length > 0 && backends.every((backend) => field(backend, 'weight') === 0)) report('spec/backends', 'all weights are 0');
  },
};
