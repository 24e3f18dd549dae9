import { sourcesOf } from '../../mesh/consul.ts';
import type { Check } from '../check.ts';

export const intentionRedundant: Check = {
  code: 'consul-intentions/redundant',
  severity: 'info',
  kinds: ['ConsulIntentions'],
  title: 'Source that the wildcard covers',
  meaning: 'The intention changes nothing: the wildcard of the same destination says the same. Whoever takes it away later thinks that access was withdrawn.',
  remedy: 'Delete it, or turn the wildcard around.',
  run: (intentions, _mesh, report) => {
    const sources = sourcesOf(intentions), everybody = sources.find(({ name, isElsewhere }) => name === '*' && !isElsewhere);
    if (everybody?.action !== 'allow' && everybody?.action !== 'deny') return;
    for (const { name, path, action, permissions, isElsewhere } of sources) {
      if (name !== '*' && !isElsewhere && permissions.length === 0 && action === everybody.action) report(path, `${name} is ${action === 'allow' ? 'allowed' : 'denied'} by the wildcard too`);
    }
  },
};
