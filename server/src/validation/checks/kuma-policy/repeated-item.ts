import { field } from '../../model/fields.ts';
import { itemsOf, targetKey } from '../../mesh/kuma.ts';
import type { Check } from '../check.ts';
import { isMerged, settingsIn } from './settings.ts';

export const kumaRepeatedItem: Check = {
  code: 'kuma-policy/repeated-item',
  severity: 'warning',
  kinds: ['KumaPolicy'],
  title: 'Two items of one policy that contradict each other',
  meaning: 'Items are merged in the order in which they stand: the last one wins, and what the first says of the same setting is lost.',
  remedy: 'Keep one item for each target, or move the general one before the special one.',
  run: (policy, _mesh, report) => {
    if (!isMerged(policy.kind)) return;
    const items = itemsOf(policy);
    for (const [n, item] of items.entries()) {
      const settings = settingsIn(field(item.body, 'default')), key = targetKey(item.target, policy.namespace);
      for (const later of items.slice(n + 1)) {
        if (later.section !== item.section || targetKey(later.target, policy.namespace) !== key) continue;
        const lost = [...settingsIn(field(later.body, 'default'))].find(([path, value]) => settings.has(path) && settings.get(path) !== value);
        if (lost !== undefined) report(item.path, `${later.path} is for the same ${item.section === 'to' ? 'service' : 'clients'} and sets ${lost[0]} to ${lost[1].slice(0, 60)}`);
      }
    }
  },
};
