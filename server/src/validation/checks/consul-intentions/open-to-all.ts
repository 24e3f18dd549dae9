import { entryName, sourcesOf } from '../../mesh/consul.ts';
import type { Check } from '../check.ts';

export const intentionOpenToAll: Check = {
  code: 'consul-intentions/open-to-all',
  severity: 'warning',
  kinds: ['ConsulIntentions'],
  title: 'Everybody is let in but those that are named',
  meaning: 'The wildcard allows every service that no other source names, and each that will ever exist. What the denials say is kept out, a service under another name is not.',
  remedy: 'Deny `*` and allow by name.',
  run: (intentions, _mesh, report) => {
    const sources = sourcesOf(intentions), everybody = sources.find(({ name, action, isElsewhere }) => name === '*' && action === 'allow' && !isElsewhere);
    const denied = sources.filter(({ action }) => action === 'deny').map(({ name }) => name);
    if (everybody === undefined) return;
    if (denied.length > 0) report(everybody.path, `every service may call ${entryName(intentions)} but ${denied.slice(0, 5).join(', ')}`);
    else if (entryName(intentions) === '*') report(everybody.path, 'every service may call every other that has no intentions of its own');
  },
};
