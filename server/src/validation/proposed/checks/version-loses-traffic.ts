import type { EdgeEvidence } from '../../evidence/evidence.ts';
import { fullHost } from '../../mesh/hosts.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { routesOf } from '../../mesh/routes.ts';
import { dig, field, list, text, texts } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { busiest, edgeIdsOf } from '../../observed/edge-counts.ts';
import type { Answers } from '../../observed/observed-check.ts';
import { boundTo, takes } from '../../observed/traffic/callers.ts';
import { routeKinds, routingIndex } from '../../observed/traffic/routing-index.ts';
import { askedOf } from '../../observed/traffic/side-report.ts';
import { destinationHosts, routesTo } from '../../observed/traffic/splits.ts';
import { subsetNamed, targetOf, type Target } from '../../observed/traffic/target.ts';
import type { ProposedCheck, ProposedContext } from '../proposed-check.ts';

/** Versions that serve requests, and would be left without a share. */
export const versionLosesTraffic: ProposedCheck = {
  code: 'proposed/version-loses-traffic',
  severity: 'warning',
  kinds: routeKinds,
  title: 'A version with traffic would get none',
  meaning: 'With the change, no route leads to a version, or a host, that served requests in the window: its weight is 0, or its destination is gone. All of its requests go to the others at once.',
  remedy: 'See whether the others can carry what the evidence shows, and move the weight in steps; keep the destination while it serves.',
  needs: { sample: 20, of: 'requests' },
  unseen: 'Only callers with a proxy count: others are not routed. What a route with a match takes is not told apart: a version that any route still leads to is taken for served. TCP and TLS routes are not followed.',
  example: {
    configured: 'A VirtualService whose weights go from 90 and 10 to 0 and 100.',
    told: 'In the last hour 41,000 requests were answered by `v1`.',
    fine: '`v1` keeps 10, or got no request in the window.',
  },
  run(context, answers) {
    const routing = routingIndex(context.objects, context.after);
    for (const object of routeKinds.flatMap((kind) => context.objects(kind))) {
      if (!context.isProposed(object)) continue;
      const standing = context.standing(object), hosts = new Set([...ownHosts(object, context.after), ...(standing === undefined ? [] : destinationHosts(standing, context.before))]);
      if (routing.shares(object, [...hosts])) answers.undecided(object, 'other routes lead to the same host');
      else if (routesOf(object).some(({ body }) => dig(body, 'delegate') !== undefined)) answers.undecided(object, 'delegated routes are not followed');
      else judge(object, standing, hosts, context, answers);
    }
  },
};

function judge(object: ConfigObject, standing: ConfigObject | undefined, hosts: ReadonlySet<string>, { before, after, traffic }: ProposedContext, answers: Answers): void {
  const then = targetsOf(object, after), now = standing === undefined ? [] : targetsOf(standing, before);
  if (then === undefined || now === undefined) return answers.undecided(object, 'a subset is not defined');
  // Redirects, answers and TCP lead nowhere that could be compared.
  if (then.length === 0) return;
  const bound = boundTo(object, after), lost: EdgeEvidence[] = [], names = new Set<string>();
  let asked = 0;
  for (const host of hosts) {
    for (const edge of traffic.toHost(host)) {
      const requests = takes(object, bound, edge, host, after) ? askedOf(traffic.evidence, edge, host)?.requests ?? 0 : 0;
      if (requests === 0) continue;
      asked += requests;
      const leadsTo = (targets: readonly Target[]): boolean => targets.some((target) => target.host === host && target.includes(edge) !== false);
      if (leadsTo(then) || (now.length > 0 && !leadsTo(now))) continue;
      lost.push(edge);
      names.add(now.find((target) => target.host === host && target.subset !== undefined && target.includes(edge))?.subset ?? edge.destination.label);
    }
  }
  if (lost.length === 0 || !answers.suffices(object, asked)) return;
  const requestsOf = ({ requests }: EdgeEvidence): number => requests ?? 0;
  answers.found(object, routesTo(object, after)[0]?.path ?? '', `no route would lead to ${[...names].sort().join(', ')} any more, which ${names.size === 1 ? 'serves' : 'serve'} requests`, {
    sample: Math.round(asked), of: 'requests', pValue: null, edgeIds: edgeIdsOf(lost), measures: busiest(lost, 'requests', requestsOf, 0),
  });
}

/** What an object leads requests to; undefined where a subset is not defined. */
function targetsOf(object: ConfigObject, mesh: Mesh): Target[] | undefined {
  const destinations = routesTo(object, mesh).flatMap((route) => route.destinations).filter(({ weight }) => weight > 0);
  const targets = destinations.flatMap(({ host, subset: name }) => {
    const subset = name === undefined ? undefined : subsetNamed(host, name, object.namespace, mesh);
    return name !== undefined && subset === undefined ? [] : [targetOf(host, subset, mesh)];
  });
  return targets.length === destinations.length ? targets : undefined;
}

/** Full hosts whose requests an object takes. */
function ownHosts({ type, spec, namespace }: ConfigObject, mesh: Mesh): string[] {
  const { identityDomain } = mesh.settings;
  switch (type) {
    case 'VirtualService': return texts(field(spec, 'hosts')).map((host) => fullHost(host.text, namespace, mesh));
    case 'HTTPRoute': case 'GRPCRoute':
      return list(field(spec, 'parentRefs')).flatMap((parent) => (field(parent, 'kind') === 'Service' ? [`${text(field(parent, 'name')) ?? ''}.${text(field(parent, 'namespace')) ?? namespace}.${identityDomain}`] : []));
    case 'SmiTrafficSplit': {
      const service = text(field(spec, 'service'));
      return service === undefined ? [] : [fullHost(service, namespace, mesh)];
    }
    default: return [];
  }
}
