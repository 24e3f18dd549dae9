import { field, list, shown } from '../../model/fields.ts';
import { sourcesOf } from '../../mesh/consul.ts';
import type { Check } from '../check.ts';

export const intentionNoDecision: Check = {
  code: 'consul-intentions/no-decision',
  severity: 'error',
  kinds: ['ConsulIntentions'],
  title: 'Source without a decision, or with two',
  meaning: 'Consul refuses the entry: a source has an action, `allow` or `deny`, or permissions, and not both.',
  remedy: 'Keep one of them.',
  run: (intentions, _mesh, report) => {
    const actions: readonly unknown[] = ['allow', 'deny'];
    for (const { name, path, action, permissions } of sourcesOf(intentions)) {
      const has = action !== undefined && action !== null && action !== '';
      if (has && permissions.length > 0) report(`${path}/action`, `${name} has an action and permissions`);
      else if (!has && permissions.length === 0) report(path, `${name} has neither an action nor permissions`);
      else if (has && !actions.includes(action)) report(`${path}/action`, `${shown(action)} is neither allow nor deny`);
      for (const [n, permission] of list(permissions).entries()) if (!actions.includes(field(permission, 'action'))) report(`${path}/permissions[${n}]/action`, 'a permission allows or denies');
    }
  },
};
