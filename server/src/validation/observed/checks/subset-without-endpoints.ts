import { EntityKind } from '@orrery/collectors/model/entity';
import type { ConfigObject } from '../../model/config-object.ts';
import { edgeIdsOf } from '../edge-counts.ts';
import type { Answers, ObservedCheck, ObservedContext } from '../observed-check.ts';
import type { AskedEdge } from '../traffic/route-traffic.ts';
import { routeKinds } from '../traffic/routing-index.ts';
import { hostOfRule, underRule } from '../traffic/rule-traffic.ts';
import { askedOf, flagged, unplaced } from '../traffic/side-report.ts';
import { routesTo, splitOf } from '../traffic/splits.ts';
import { subsetsOfRule, targetOf } from '../traffic/target.ts';

/** No healthy upstream, and no cluster of that name. */
const nobody: ReadonlySet<string> = new Set(['UH', 'NC', 'NH']);
/** Fewer requests than these are lost in any rollout. */
const leastLost = 10;

/** Requests for which there is nobody to answer. */
export const subsetWithoutEndpoints: ObservedCheck = {
  code: 'observed/subset-without-endpoints',
  severity: 'error',
  kinds: ['DestinationRule', 'Service'],
  title: 'A subset without ready endpoints that receives traffic',
  meaning: 'Routes send requests to a subset, or to a Service, that has no endpoint to answer them: proxies fail each of them with 503 and the flag `UH` (no healthy upstream) or `NC` (no such cluster).',
  remedy: 'Bring up pods with the labels of the subset and see why those that are there are not ready, or take its weight away until they are.',
  needs: { span: 'short', sample: 50, of: 'requests' },
  unseen: 'A request that finds no endpoint names no subset: it is put down to the subsets that routes give traffic to and of which no workload is known, or none answered anything in the window. Endpoints that come and go are not told here.',
  example: {
    configured: 'A VirtualService that sends 20 to the subset `v2` of `orders`, and no pod of version `v2` that is ready.',
    told: 'Of 5,000 requests 1,010 fail with `503 UH`, and `v2` answers none.',
    fine: 'Three fail while pods are replaced, and `v2` answers the others.',
  },
  run(context, answers) {
    const { mesh, objects } = context, routed = routedSubsets(context), withRule = new Set<string>();
    for (const rule of objects('DestinationRule')) {
      const host = hostOfRule(rule, context);
      if (host === undefined) continue;
      const subsets = subsetsOfRule(rule).filter(({ name }) => routed.has(`${host}|${name}`));
      if (subsets.length === 0) continue;
      withRule.add(host);
      const asked = underRule(rule, host, context);
      for (const subset of subsets) {
        const target = targetOf(host, subset, mesh);
        const answered = asked.some(({ edge, asked: report }) => isPlace(edge.destination.entity.kind) && target.includes(edge) !== false && report.requests > unplaced(report));
        judge(rule, subset.path, `${subset.name} of ${host}`, asked, answered, routed.get(`${host}|${subset.name}`) ?? null, context, answers);
      }
    }
    for (const service of objects('Service')) {
      const host = `${service.name}.${service.namespace}.${mesh.settings.identityDomain}`;
      if (withRule.has(host)) continue;
      const asked = context.traffic.toHost(host).flatMap((edge): AskedEdge[] => {
        const report = askedOf(context.traffic.evidence, edge, host);
        return report === null ? [] : [{ edge, host, asked: report }];
      });
      const answered = asked.some(({ asked: report }) => report.requests > unplaced(report));
      judge(service, 'spec/selector', host, asked, answered, null, context, answers);
    }
  },
};

function judge(object: ConfigObject, path: string, name: string, asked: readonly AskedEdge[], answered: boolean, share: number | null, { unchanged }: ObservedContext, answers: Answers): void {
  const losing = asked.filter((one) => flagged(one.asked, nobody) > 0), lost = losing.reduce((sum, one) => sum + flagged(one.asked, nobody), 0);
  if (lost === 0) return;
  const sample = asked.reduce((sum, one) => sum + one.asked.requests, 0);
  if (!unchanged(object)) return answers.undecided(object, 'changed within the window');
  if (!answers.suffices(object, sample) || lost < leastLost || answered) return;
  answers.found(object, path, `requests are sent to ${name}, and no endpoint of it answers`, {
    // One request that finds nobody proves that nobody was there: nothing is estimated.
    sample, of: 'requests', pValue: null, edgeIds: edgeIdsOf(losing.map(({ edge }) => edge)),
    measures: [{ name: 'without an endpoint (UH, NC)', unit: 'share', observed: lost / sample, configured: share, interval: null }],
  });
}

/** Subsets that routes give traffic to, `<full host>|<subset>`, with the share where it is the same for all that takes the object. */
function routedSubsets({ objects, mesh }: ObservedContext): ReadonlyMap<string, number | null> {
  const subsets = new Map<string, number | null>();
  for (const object of routeKinds.flatMap((kind) => objects(kind))) {
    const split = splitOf(object, mesh);
    for (const { destinations } of routesTo(object, mesh)) {
      for (const { host, subset, weight } of destinations) {
        if (subset === undefined || weight === 0) continue;
        const part = split?.parts.find((one) => one.host === host && one.subset === subset);
        subsets.set(`${host}|${subset}`, part !== undefined && part.low === part.high ? part.low : null);
      }
    }
  }
  return subsets;
}

const isPlace = (kind: EntityKind): boolean => kind !== EntityKind.service && kind !== EntityKind.unknown;
