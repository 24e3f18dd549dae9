import { sourcesOf } from '../../mesh/consul.ts';
import type { Check } from '../check.ts';

export const intentionSourceRepeated: Check = {
  code: 'consul-intentions/repeated-source',
  severity: 'error',
  kinds: ['ConsulIntentions'],
  title: 'Source that is named twice',
  meaning: 'Consul refuses the entry, and the intentions of before stay in force.',
  remedy: 'Merge the two: one action, or one list of permissions, for each source.',
  run: (intentions, _mesh, report) => {
    const seen = new Map<string, string>();
    for (const { key, name, path } of sourcesOf(intentions)) {
      const first = seen.get(key);
      if (first === undefined) seen.set(key, path);
      else report(`${path}/name`, `${name} is named at ${first} already`);
    }
  },
};
