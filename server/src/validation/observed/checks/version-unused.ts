import type { ClusterEvidence } from '../../evidence/cluster-evidence.ts';
import { dig, field, list, text } from '../../model/fields.ts';
import { labelsFrom } from '../../model/labels.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { fullHost } from '../../mesh/hosts.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { workloadsWith } from '../../mesh/workloads.ts';
import { edgeIdsOf, sumOf, trafficOf } from '../edge-counts.ts';
import { claimedAt, type Answers, type ObservedCheck, type ObservedContext } from '../observed-check.ts';
import { arrivalsOf } from '../traffic/arrivals.ts';
import { routeRules, type RouteRule } from '../traffic/route-rules.ts';
import { takingRoute } from '../traffic/route-traffic.ts';
import { routeKinds } from '../traffic/routing-index.ts';
import { hostOfRule } from '../traffic/rule-traffic.ts';
import { splitOf } from '../traffic/splits.ts';
import { subsetNamed, subsetsOfRule, targetOf } from '../traffic/target.ts';

/** Versions that run to be tried, and are not. */
export const versionUnused: ObservedCheck = {
  code: 'observed/version-unused',
  severity: 'info',
  kinds: ['VirtualService', 'DestinationRule'],
  title: 'Mirror and canary versions that nobody calls',
  meaning: 'A version runs beside the others, and no request reached it: as a mirror it gets no copies, as a subset no share. A trial that proves nothing looks like one without failures.',
  remedy: 'Give the version a weight, or a match that somebody sends; look whether its pods are ready and have the labels that the subset asks for; take it down if its time is over. A mirror needs `mirrorPercentage` above 0 and a Service that selects it.',
  needs: { span: 'long', sample: 1_000, of: 'requests' },
  unseen: 'Versions whose proxies and callers report nothing. A version with a weight is not told here but as a split that traffic does not follow.',
  example: {
    configured: 'A DestinationRule for `orders` with the subsets `v1` and `v2`, and pods of both.',
    told: 'In six hours 80,000 requests to `orders`, and none to `v2`; no route gives it a weight.',
    fine: 'Some testers send a header that a route matches, and reach `v2`.',
  },
  run(context, answers) {
    for (const object of context.objects('VirtualService')) {
      for (const rule of routeRules(object, context.mesh)) for (const mirror of mirrorsOf(rule, object, context.mesh)) judgeMirror(object, rule, mirror, context, answers);
    }
    const weighted = weightedSubsets(context);
    for (const rule of context.objects('DestinationRule')) judgeSubsets(rule, weighted, context, answers);
  },
};

interface Mirror {
  readonly path: string;
  readonly host: string;
  readonly subset: string | undefined;
  /** 0 … 1 of the requests of the route. */
  readonly share: number;
}

/** `mirror` with its percentage, and the newer `mirrors`. Those of no percentage are left out. */
function mirrorsOf({ path, body }: RouteRule, { namespace }: ConfigObject, mesh: Mesh): Mirror[] {
  const at = (place: string, destination: unknown, percentage: unknown): Mirror[] => {
    const host = text(field(destination, 'host')), share = (typeof percentage === 'number' ? percentage : 100) / 100;
    return host === undefined || share <= 0 ? [] : [{ path: place, host: fullHost(host, namespace, mesh), subset: text(field(destination, 'subset')), share: Math.min(1, share) }];
  };
  return [
    ...at(`${path}/mirror`, field(body, 'mirror'), dig(body, 'mirrorPercentage', 'value') ?? field(body, 'mirrorPercent')),
    ...list(field(body, 'mirrors')).flatMap((mirror, i) => at(`${path}/mirrors[${i}]`, field(mirror, 'destination'), dig(mirror, 'percentage', 'value'))),
  ];
}

function judgeMirror(object: ConfigObject, rule: RouteRule, { path, host, subset, share }: Mirror, context: ObservedContext, answers: Answers): void {
  const { mesh, traffic, unchanged } = context;
  const found = subset === undefined ? undefined : subsetNamed(host, subset, object.namespace, mesh);
  if (subset !== undefined && found === undefined) return answers.undecided(object, 'a subset is not defined');
  if (!unchanged(object)) return answers.undecided(object, 'changed within the window');
  const workloads = found === undefined ? servedBy(host, mesh) : targetOf(host, found, mesh).workloads;
  if (workloads.length === 0) return answers.undecided(object, 'the workloads of the mirror are not known');
  const asked = takingRoute(object, rule, context), sample = asked.reduce((sum, one) => sum + one.asked.requests, 0);
  if (workloads.some((workload) => isReached(workload, traffic)) || !answers.suffices(object, sample)) return;
  const pValue = (1 - share) ** sample;
  if (pValue > claimedAt) return answers.undecided(object, 'too few requests for the percentage of the mirror');
  answers.found(object, path, `no copy of a request reaches ${subset ?? host}`, {
    sample, of: 'requests', pValue, edgeIds: edgeIdsOf(asked.map(({ edge }) => edge)),
    measures: [{ name: 'mirrored', unit: 'share', observed: 0, configured: share, interval: null }],
  }, 'warning');
}

function servedBy(host: string, mesh: Mesh): readonly ConfigObject[] {
  const service = mesh.find('service-host', host)[0], selector = labelsFrom(dig(service?.spec, 'selector'));
  return service === undefined || selector.size === 0 ? [] : workloadsWith(selector, service.namespace, mesh);
}

/** True where anything arrived, copies and probes too. */
function isReached(workload: ConfigObject, traffic: ClusterEvidence): boolean {
  return arrivalsOf(traffic.evidence).at(workload) > 0 || traffic.into(workload).some((edge) => trafficOf(edge) > 0);
}

/** Subsets to which some route gives a share of all that takes it, or mirrors: `<full host>|<subset>`. */
function weightedSubsets({ objects, mesh }: ObservedContext): ReadonlySet<string> {
  const subsets = new Set<string>();
  for (const object of routeKinds.flatMap((kind) => objects(kind))) {
    for (const { host, subset, low } of splitOf(object, mesh)?.parts ?? []) if (low > 0) subsets.add(`${host}|${subset ?? ''}`);
    for (const rule of routeRules(object, mesh)) for (const { host, subset } of mirrorsOf(rule, object, mesh)) subsets.add(`${host}|${subset ?? ''}`);
  }
  return subsets;
}

function judgeSubsets(rule: ConfigObject, weighted: ReadonlySet<string>, context: ObservedContext, answers: Answers): void {
  const { mesh, traffic, unchanged } = context, host = hostOfRule(rule, context), subsets = subsetsOfRule(rule);
  if (host === undefined || subsets.length < 2) return;
  if (!unchanged(rule)) return answers.undecided(rule, 'changed within the window');
  const edges = traffic.toHost(host).filter((edge) => trafficOf(edge) > 0), sample = Math.round(sumOf(edges, trafficOf));
  for (const subset of subsets) {
    const target = targetOf(host, subset, mesh), { workloads } = target;
    if (workloads.length === 0 || weighted.has(`${host}|${subset.name}`) || workloads.some((workload) => !unchanged(workload) || isReached(workload, traffic))) continue;
    if (!answers.suffices(rule, sample)) return;
    if (edges.some((edge) => target.includes(edge) !== false)) return answers.undecided(rule, 'a workload cannot be told to belong to a subset');
    answers.found(rule, subset.path, `the version ${subset.name} of ${host} runs and nobody calls it`, {
      sample, of: 'requests', pValue: null, edgeIds: edgeIdsOf(edges),
      measures: [{ name: `to ${subset.name}`, unit: 'requests', observed: 0, configured: null, interval: null }],
    });
  }
}
