import { matchKey, routesOfTraefik } from '../../mesh/traefik.ts';
import type { Check } from '../check.ts';

export const traefikRuleRepeated: Check = {
  code: 'traefik-route/rule-repeated',
  severity: 'warning',
  kinds: ['TraefikRoute'],
  title: 'Two routes with one rule',
  meaning: 'Both match the same requests with the same priority: which of them answers is not said anywhere, and can change with each restart.',
  remedy: 'Remove one, tell them apart by another matcher, or set `priority`.',
  run: (route, mesh, report) => {
    const first = new Map<string, string>();
    for (const rule of routesOfTraefik(route)) {
      const key = matchKey(route, rule);
      if (key === undefined) continue;
      const before = first.get(key), [rival] = mesh.find('traefik-match', key).filter(({ id }) => id < route.id).sort((a, b) => (a.id < b.id ? -1 : 1));
      if (before !== undefined) report(`${rule.path}/match`, `${before} has the same rule`);
      else if (rival !== undefined) report(`${rule.path}/match`, `${rival.kind} ${rival.namespace}/${rival.name} has the same rule on the same entry points`);
      if (before === undefined) first.set(key, rule.path);
    }
  },
};
