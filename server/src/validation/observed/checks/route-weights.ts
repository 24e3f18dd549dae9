import { sum } from '../../../inference/diff/stats/proportions.ts';
import { dig, list, texts } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { testShare } from '../../evidence/share-test.ts';
import { fullHost } from '../../mesh/hosts.ts';
import { routesOf } from '../../mesh/routes.ts';
import { edgeIdsOf } from '../edge-counts.ts';
import { claimedAt, type Answers, type ObservedCheck, type ObservedContext } from '../observed-check.ts';
import { boundTo, takes } from '../traffic/callers.ts';
import { routeKinds, routingIndex } from '../traffic/routing-index.ts';
import { addSteps, askedOf, inSteps, unplaced } from '../traffic/side-report.ts';
import { splitOf, type SplitPart } from '../traffic/splits.ts';
import { subsetNamed, targetOf } from '../traffic/target.ts';
import type { EdgeEvidence } from '../../evidence/evidence.ts';

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
    for (const kind of routeKinds) {
      for (const object of context.objects(kind)) {
        const parts = splitOf(object, context.mesh);
        if (!parts.some(({ low, high }) => low > 0 || high < 1)) continue;
        if (routing.shares(object, parts.map(({ host }) => host))) answers.undecided(object, 'other routes lead to the same host');
        else judge(object, parts, context, answers);
      }
    }
  },
};

function judge(object: ConfigObject, parts: readonly SplitPart[], { mesh, traffic, unchanged }: ObservedContext, answers: Answers): void {
  const bound = boundTo(object, mesh), rules = new Set<ConfigObject>([object]);
  const targets = parts.map(({ host, subset }) => {
    const found = subset === undefined ? undefined : subsetNamed(host, subset, object.namespace, mesh);
    if (found !== undefined) rules.add(found.rule);
    return subset !== undefined && found === undefined ? undefined : targetOf(host, found, mesh);
  });
  if (targets.includes(undefined)) return answers.undecided(object, 'a subset is not defined');
  if (object.type === 'VirtualService' && routesOf(object).some(({ body }) => dig(body, 'delegate') !== undefined)) return answers.undecided(object, 'delegated routes are not followed');
  if (!unchanged(...rules)) return answers.undecided(object, 'changed within the window');

  const trials: (readonly number[])[] = [], hits = parts.map((): (readonly number[])[] => []), seen: EdgeEvidence[] = [];
  let asked = 0, lost = 0;
  for (const host of new Set(parts.map((part) => part.host))) {
    for (const edge of traffic.toHost(host)) {
      if (!takes(object, bound, edge, host, mesh)) continue;
      const report = askedOf(traffic.evidence, edge, host);
      if (report === null || report.requests === 0) continue;
      const stayed = Math.min(report.requests, unplaced(report)), placed = report.requests - stayed;
      asked += report.requests;
      lost += stayed;
      if (placed === 0) continue;
      const belongs = targets.map((target) => (target?.host === host ? target.includes(edge) : false));
      if (!belongs.includes(true) && belongs.includes(undefined)) return answers.undecided(object, 'a workload cannot be told to belong to a subset');
      const steps = inSteps(edge, placed);
      trials.push(steps);
      seen.push(edge);
      belongs.forEach((belongsTo, i) => { if (belongsTo === true) hits[i]!.push(steps); });
    }
  }
  const whole = addSteps(trials), sample = Math.round(sum(whole));
  if (asked > 0 && lost / asked > mostUnplaced) return answers.undecided(object, 'too many requests reached no endpoint');
  if (!answers.suffices(object, sample)) return;

  const tested = parts.map((part, i) => {
    const counts = { hits: fill(addSteps(hits[i]!), whole.length), trials: whole }, share = sum(counts.hits) / sample;
    const expected = Math.min(part.high, Math.max(part.low, share));
    const expectedIfOff = share > part.high ? part.high : part.low;
    return { part, expected: expectedIfOff, off: share !== expected && isOff(share, expectedIfOff), ...testShare(counts, expectedIfOff) };
  });
  const worst = tested.filter(({ off, pValue }) => off && pValue <= claimedAt).sort((a, b) => Math.abs(b.share - b.expected) - Math.abs(a.share - a.expected))[0];
  if (worst === undefined) return;
  answers.found(object, worst.part.path, `requests to ${nameOf(worst.part, object, context(mesh, object))} are not in proportion to its weight`, {
    sample, of: 'requests', pValue: worst.pValue, edgeIds: edgeIdsOf(seen),
    measures: tested.map(({ part, share, interval, expected }) => ({ name: `to ${nameOf(part, object, context(mesh, object))}`, unit: 'share' as const, observed: share, configured: part.low === part.high ? part.low : expected, interval })),
  });
}
