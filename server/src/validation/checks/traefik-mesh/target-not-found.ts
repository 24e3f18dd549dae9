import { field, list, text } from '../../model/fields.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import type { Check, Report } from '../check.ts';

export const smiTargetNotFound: Check = {
  code: 'traefik-mesh/target-not-found',
  severity: 'error',
  kinds: ['SmiTrafficTarget'],
  title: 'TrafficTarget for accounts or routes that do not exist',
  meaning: 'With access control on, all that is not allowed is refused: callers that are meant get 403.',
  remedy: 'Name existing ServiceAccounts with their namespace, and matches of an HTTPRouteGroup of the same namespace.',
  run: ({ spec, namespace }, mesh, report) => {
    checkAccount(field(spec, 'destination'), 'spec/destination', namespace, mesh, report);
    for (const [n, source] of list(field(spec, 'sources')).entries()) checkAccount(source, `spec/sources[${n}]`, namespace, mesh, report);
    for (const [n, rule] of list(field(spec, 'rules')).entries()) {
      const name = text(field(rule, 'name')), kind = text(field(rule, 'kind')), path = `spec/rules[${n}]`;
      const group = mesh.find('kind-in', `SmiRouteGroup/${namespace}`).find((one) => one.kind === kind && one.name === name);
      if (name === undefined || (kind !== 'HTTPRouteGroup' && kind !== 'TCPRoute')) continue;
      if (group === undefined) report(`${path}/name`, `there is no ${kind} ${namespace}/${name}`);
      else for (const [m, match] of list(field(rule, 'matches')).entries()) {
        if (typeof match === 'string' && !list(field(group.spec, 'matches')).some((one) => field(one, 'name') === match)) report(`${path}/matches[${m}]`, `${kind} ${name} has no match ${match}`);
      }
    }
  },
};

function checkAccount(reference: unknown, path: string, home: string, mesh: Mesh, report: Report): void {
  const name = text(field(reference, 'name')), namespace = text(field(reference, 'namespace')) ?? home;
  // Every namespace has an account of this name, which manifests do not show.
  if (name === undefined || name === 'default' || field(reference, 'kind') !== 'ServiceAccount' || mesh.find('id', `ServiceAccount/${namespace}/${name}`).length > 0) return;
  report(`${path}/name`, `there is no ServiceAccount ${namespace}/${name}`);
}
