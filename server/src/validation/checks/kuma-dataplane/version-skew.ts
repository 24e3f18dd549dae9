import { dig, field, list, text } from '../../model/fields.ts';
import type { Check } from '../check.ts';

export const kumaVersionSkew: Check = {
  code: 'kuma-dataplane/version-skew',
  severity: 'warning',
  kinds: ['KumaDataplaneInsight'],
  title: 'Proxy of a version that its control plane does not support',
  meaning: 'The proxy can misread what it is sent: policies of newer releases are dropped, and configuration is refused.',
  remedy: 'Restart the pods after an upgrade of the control plane, so that they get its proxy; go up one minor version at a time.',
  run: ({ status, body }, _mesh, report) => {
    const subscriptions = list(dig(status, 'subscriptions')).length > 0 ? list(dig(status, 'subscriptions')) : list(field(body, 'subscriptions'));
    const index = subscriptions.length - 1, version = field(subscriptions[index], 'version'), base = `status/subscriptions[${index}]/version`;
    const proxy = text(dig(version, 'kumaDp', 'version')) ?? 'unknown';
    if (dig(version, 'kumaDp', 'kumaCpCompatible') === false) report(`${base}/kumaDp`, `kuma-dp ${proxy} is not compatible with its control plane`);
    if (dig(version, 'envoy', 'kumaDpCompatible') === false) report(`${base}/envoy`, `Envoy ${text(dig(version, 'envoy', 'version')) ?? 'unknown'} is not compatible with kuma-dp ${proxy}`);
  },
};
