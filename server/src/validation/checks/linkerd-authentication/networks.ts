import { dig, field, list, shown, text, texts } from '../../model/fields.ts';
import { holds, parsePrefix } from '../../mesh/cidr.ts';
import type { Check } from '../check.ts';

export const networks: Check = {
  code: 'linkerd-authentication/networks',
  severity: 'error',
  kinds: ['LinkerdNetworks', 'LinkerdServerAuthorization'],
  title: 'Network that is none, or exception outside of it',
  meaning: 'A network that cannot be read makes Linkerd refuse or ignore the object; an exception outside of its network excepts nobody.',
  remedy: 'Write networks as `10.0.0.0/8` or `2001:db8::/32`, and under `except` parts of them.',
  run: ({ type, spec }, _mesh, report) => {
    const base = type === 'LinkerdNetworks' ? 'spec/networks' : 'spec/client/networks';
    for (const [n, network] of list(type === 'LinkerdNetworks' ? field(spec, 'networks') : dig(spec, 'client', 'networks')).entries()) {
      const written = field(network, 'cidr'), prefix = parsePrefix(text(written) ?? '');
      if (written === undefined) continue;
      if (prefix === undefined) report(`${base}[${n}]/cidr`, `${shown(written)} is no network`);
      for (const { index, text: exception } of texts(field(network, 'except'))) {
        const part = parsePrefix(exception), path = `${base}[${n}]/except[${index}]`;
        if (part === undefined) report(path, `${exception} is no network`);
        else if (prefix !== undefined && !holds(prefix, part)) report(path, `${exception} is not inside of ${shown(written)}`);
      }
    }
  },
};
