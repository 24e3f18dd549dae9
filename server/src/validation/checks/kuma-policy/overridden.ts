import { field } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { itemsOf, meshOf, targetKey, targetOf } from '../../mesh/kuma.ts';
import type { Check } from '../check.ts';
import { isMerged, settingsIn } from './settings.ts';

export const kumaOverridden: Check = {
  code: 'kuma-policy/overridden',
  severity: 'warning',
  kinds: ['KumaPolicy'],
  title: 'Policy that another one overrides',
  meaning: 'Two policies of one kind are for the same proxies and traffic. Of equals the one whose name comes first in the alphabet wins, so none of these settings is used.',
  remedy: 'Merge the two, or narrow the `targetRef` of the one that should win.',
  run: (policy, mesh, report) => {
    if (!isMerged(policy.kind)) return;
    const { kind, namespace, spec } = policy, meshName = meshOf(policy), top = targetKey(targetOf(field(spec, 'targetRef')), namespace);
    const rivals = mesh.find('kuma-target', `${kind}|${meshName}|${namespace}|${top}`).filter((other) => other.id !== policy.id && displayName(other) < displayName(policy));
    for (const item of itemsOf(policy)) {
      const settings = settingsIn(field(item.body, 'default')), key = targetKey(item.target, namespace);
      if (settings.size === 0) continue;
      const winners = rivals.filter((other) => itemsOf(other).some((one) => one.section === item.section && targetKey(one.target, namespace) === key && covers(settingsIn(field(one.body, 'default')), settings)));
      const [winner] = winners.sort((a, b) => (displayName(a) < displayName(b) ? -1 : 1));
      if (winner !== undefined) report(item.path, `${kind} ${winner.name} makes all of its settings for the same target, and its name comes first`);
    }
  },
};

/** The name that Kuma sorts by: that of the object where it was written, before it was synchronised. */
function displayName({ name, labels }: ConfigObject): string {
  return labels.get('kuma.io/display-name') ?? name;
}

function covers(winner: ReadonlyMap<string, string>, loser: ReadonlyMap<string, string>): boolean {
  return [...loser.keys()].every((path) => winner.has(path));
}
