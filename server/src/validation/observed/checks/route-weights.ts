import { sum } from '../../../inference/diff/stats/proportions.ts';
import type { EdgeEvidence } from '../../evidence/evidence.ts';
import { testShare } from '../../evidence/share-test.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { routesOf } from '../../mesh/routes.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { dig } from '../../model/fields.ts';
import { edgeIdsOf } from '../edge-counts.ts';
import { claimedAt, type Answers, type ObservedCheck, type ObservedContext } from '../observed-check.ts';
import { boundTo, takes } from '../traffic/callers.ts';
import { routeKinds, routingIndex } from '../traffic/routing-index.ts';
import { addSteps, askedOf, inSteps, unplaced } from '../traffic/side-report.ts';
import { splitOf, type Split, type SplitPart } from '../traffic/splits.ts';
import { subsetNamed, targetOf, type Target } from '../traffic/target.ts';

/** Differences below this share of the whole are no fault, unless one share is twice the other. */
const matters = 0.03;
/** Requests of which no version is known may not be more than this share: they would have to be somebody's. */
const mostUnplaced = 0.02;

/** Traffic that is split otherwise than the weights say. */
export const routeWeights: ObservedCheck = {
  code: 'observed/route-weights',
  severity: 'warning',
  kinds: routeKinds,
  title: 'Weights that traffic does not follow',
  meaning: 'The route splits its requests by weight, and its destinations were asked in other proportions. The new version gets more or fewer requests than was decided: its failures reach more users than planned, or its trial proves nothing.',
  remedy: 'Look for another route that takes the requests first, and for proxies that run an older configuration (`istioctl proxy-status`). See whether the subsets select the workloads that they are meant to, and whether the callers’ namespaces see the object (`exportTo`, `Sidecar`).',
  needs: { span: 'short', sample: 500, of: 'requests' },
  unseen: 'Only callers with a proxy count: others are not routed. Which route of an object took a request is not told, so with several routes any mixture of their splits is taken for right. A backend with a Service of its own may be called directly too, and that counts as well.',
  example: {
    configured: 'A VirtualService that sends 90 to the subset `v1` and 10 to `v2`.',
    told: 'Of 12,000 requests 4,600 went to `v2`: 38 %, p < 0.001.',
    fine: '1,190 of them went there.',
  },
  run(context, answers) {
    const routing = routingIndex(context.objects, context.mesh);
    for (const object of routeKinds.flatMap((kind) => context.objects(kind))) {
      const split = splitOf(object, context.mesh);
      if (split === undefined || split.parts.every(({ low, high }) => low === 0 && high === 1)) continue;
      if (routing.shares(object, split.parts.map(({ host }) => host))) answers.undecided(object, 'other routes lead to the same host');
      else if (routesOf(object).some(({ body }) => dig(body, 'delegate') !== undefined)) answers.undecided(object, 'delegated routes are not followed');
      else judge(object, split, context, answers);
    }
  },
};

function judge(object: ConfigObject, { path, parts }: Split, context: ObservedContext, answers: Answers): void {
  const targets = targetsOf(parts, object, context.mesh);
  if (targets === undefined) return answers.undecided(object, 'a subset is not defined');
  if (!context.unchanged(object, ...targets.flatMap(({ rule }) => rule ?? []))) return answers.undecided(object, 'changed within the window');
  const seen = countSplit(object, targets.map(({ target }) => target), context);
  if (typeof seen === 'string') return answers.undecided(object, seen);
  const sample = Math.round(sum(seen.trials));
  if (!answers.suffices(object, sample)) return;

  const tested = parts.map(({ host, subset, low, high }, i) => {
    const hits = seen.hits[i]!, share = sum(hits) / sum(seen.trials), expected = share > high ? high : share < low ? low : null;
    return { name: `to ${subset ?? host}`, expected, configured: expected ?? (low === high ? low : null), test: testShare({ hits, trials: seen.trials }, expected ?? share) };
  });
  const off = tested.filter(({ expected, test }) => expected !== null && isOff(test.share, expected) && test.pValue <= claimedAt);
  if (off.length === 0) return;
  answers.found(object, path, `requests are not split by the weights of the route to ${[...new Set(parts.map(({ host }) => host))].join(', ')}`, {
    sample, of: 'requests', pValue: Math.min(...off.map(({ test }) => test.pValue)), edgeIds: edgeIdsOf(seen.edges),
    measures: tested.map(({ name, configured, test: { share, interval } }) => ({ name, unit: 'share', observed: share, configured, interval })),
  });
}

function targetsOf(parts: readonly SplitPart[], { namespace }: ConfigObject, mesh: Mesh): { readonly target: Target; readonly rule: ConfigObject | undefined }[] | undefined {
  const found = parts.flatMap(({ host, subset: name }) => {
    const subset = name === undefined ? undefined : subsetNamed(host, name, namespace, mesh);
    return name !== undefined && subset === undefined ? [] : [{ target: targetOf(host, subset, mesh), rule: subset?.rule }];
  });
  return found.length === parts.length ? found : undefined;
}

interface SplitCounts {
  /** Requests that reached some endpoint, step by step, and those of each target among them. */
  readonly trials: readonly number[];
  readonly hits: readonly (readonly number[])[];
  readonly edges: readonly EdgeEvidence[];
}

/** Counts where the callers' proxies sent requests, or says why that cannot be known. */
function countSplit(object: ConfigObject, targets: readonly Target[], { mesh, traffic }: ObservedContext): SplitCounts | string {
  const bound = boundTo(object, mesh), trials: (readonly number[])[] = [], hits = targets.map((): (readonly number[])[] => []), edges: EdgeEvidence[] = [];
  let asked = 0, lost = 0;
  for (const host of new Set(targets.map((target) => target.host))) {
    for (const edge of traffic.toHost(host)) {
      const report = takes(object, bound, edge, host, mesh) ? askedOf(traffic.evidence, edge, host) : null;
      if (report === null) continue;
      const stayed = Math.min(report.requests, unplaced(report)), placed = report.requests - stayed;
      asked += report.requests;
      lost += stayed;
      if (placed === 0) continue;
      const belongs = targets.map((target) => (target.host === host ? target.includes(edge) : false));
      if (!belongs.includes(true) && belongs.includes(undefined)) return 'a workload cannot be told to belong to a subset';
      const steps = inSteps(edge, placed);
      trials.push(steps);
      edges.push(edge);
      belongs.forEach((isOf, i) => { if (isOf === true) hits[i]!.push(steps); });
    }
  }
  if (asked > 0 && lost / asked > mostUnplaced) return 'too many requests reached no endpoint';
  const whole = addSteps(trials);
  return { trials: whole, hits: hits.map((lists) => addSteps([...lists, whole.map(() => 0)])), edges };
}

function isOff(share: number, expected: number): boolean {
  const [low, high] = share < expected ? [share, expected] : [expected, share];
  return high - low >= matters || high >= 2 * low;
}
