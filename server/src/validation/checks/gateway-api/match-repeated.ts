import { matchesOf } from '../../mesh/gateway-routes.ts';
import type { Check } from '../check.ts';

export const matchRepeated: Check = {
  code: 'gateway-api/match-repeated',
  severity: 'warning',
  kinds: ['HTTPRoute', 'GRPCRoute'],
  title: 'Rule that is never reached',
  meaning: 'Another rule of the same Gateway matches the same requests and goes first: of several routes the oldest, then the first by namespace and name; within a route the first rule.',
  remedy: 'Remove one of the two, or tell them apart by path, header or method.',
  run: (route, mesh, report) => {
    const first = new Map<string, string>();
    for (const { key, path, host } of matchesOf(route)) {
      const before = first.get(key);
      if (before === undefined) {
        first.set(key, path);
        const winner = mesh.find('gateway-route', key)[0];
        if (winner !== undefined && winner.id !== route.id) report(path, `${winner.kind} ${winner.namespace}/${winner.name} has the same match for ${host}, and goes first`);
      } else if (before !== path) report(path, `${before} matches the same requests for ${host}`);
    }
  },
};
