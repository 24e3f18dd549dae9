import { field, isMap, text } from '../../model/fields.ts';
import type { Check } from '../check.ts';

export const outboundMode: Check = {
  code: 'sidecar/outbound-mode',
  kiali: 'KIA1007',
  severity: 'info',
  kinds: ['Sidecar'],
  title: 'Outbound traffic to unknown hosts is refused',
  meaning: 'An outboundTrafficPolicy without a mode is REGISTRY_ONLY: calls to hosts outside the registry end in BlackHole (502).',
  remedy: 'Write the mode that is meant: REGISTRY_ONLY, with a ServiceEntry for each outside host, or ALLOW_ANY.',
  run: ({ spec }, _mesh, report) => {
    const policy = field(spec, 'outboundTrafficPolicy');
    if (!isMap(policy)) return;
    const mode = text(field(policy, 'mode'));
    if (mode === undefined) report('spec/outboundTrafficPolicy', 'no mode is written, which means REGISTRY_ONLY');
    else if (mode === 'REGISTRY_ONLY') report('spec/outboundTrafficPolicy', 'REGISTRY_ONLY refuses calls to hosts outside the registry');
  },
};
