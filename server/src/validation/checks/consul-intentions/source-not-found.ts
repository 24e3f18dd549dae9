import { isConsulService, sourcesOf } from '../../mesh/consul.ts';
import type { Check } from '../check.ts';

export const intentionSourceNotFound: Check = {
  code: 'consul-intentions/source-not-found',
  severity: 'warning',
  kinds: ['ConsulIntentions'],
  title: 'Source that does not exist',
  meaning: 'Nobody has this identity: an intention that allows it lets nobody in, one that denies it keeps nobody out.',
  remedy: 'Write the name of a service of Consul; for one of a peer or of another partition say which.',
  run: (intentions, mesh, report) => {
    for (const { name, path, isElsewhere } of sourcesOf(intentions)) {
      if (name !== '*' && !isElsewhere && !isConsulService(name, mesh)) report(`${path}/name`, `there is no service ${name}`);
    }
  },
};
