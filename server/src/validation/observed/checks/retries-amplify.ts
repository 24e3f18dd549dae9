import { sum } from '../../../inference/diff/stats/proportions.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { testShare } from '../../evidence/share-test.ts';
import { edgeIdsOf } from '../edge-counts.ts';
import { claimedAt, type Answers, type ObservedCheck, type ObservedContext } from '../observed-check.ts';
import { amplificationOf, type Amplification } from '../traffic/amplification.ts';
import { chainFactors, type ChainFactors } from '../traffic/nested-retries.ts';
import { istioDefaultRetries, retriesOf, routeRules, type RetryPolicy } from '../traffic/route-rules.ts';
import { takingRoute, type AskedEdge } from '../traffic/route-traffic.ts';
import { addSteps, inSteps } from '../traffic/side-report.ts';

/** Attempts beyond the first, of all attempts, that nobody minds: one in ten requests is asked again. */
const tolerated = 0.1 / 1.1;
const istioKinds = ['VirtualService', 'DestinationRule', 'PeerAuthentication', 'Sidecar'] as const;
const istioLabels = ['istio-injection', 'istio.io/rev', 'istio.io/dataplane-mode'];
const routeKinds = ['VirtualService', 'HTTPRoute', 'GRPCRoute'] as const;

/** Retries that make the load of a service that fails already. */
export const retriesAmplify: ObservedCheck = {
  code: 'observed/retries-amplify',
  severity: 'warning',
  kinds: [...routeKinds, 'Service'],
  title: 'Retries that multiply the load',
  meaning: 'Proxies ask again so often that the service gets notably more attempts than there are requests. A service that fails for want of capacity is kept from recovering, and where its own calls are retried as well the factors multiply.',
  remedy: 'Retry on one level only, nearest to the caller that can afford it; lower `attempts`, narrow `retryOn` to failures that a second attempt mends, and let `outlierDetection` take out endpoints that fail. Where a route says nothing, Istio retries twice (`meshConfig.defaultHttpRetryPolicy`).',
  needs: { span: 'short', sample: 200, of: 'requests' },
  unseen: 'Attempts that found no connection never arrive and are not counted, nor are those that applications make by themselves. Where more arrives than failed attempts can explain, some caller’s proxy is not read, and nothing is said.',
  example: {
    configured: 'A VirtualService for `orders` with `retries: {attempts: 3}`.',
    told: '1,000 requests arrive as 1,900 attempts: 1.9 for each, and 120 fail after all of them (`URX`).',
    fine: 'They arrive as 1,040.',
  },
  run(context, answers) {
    const { mesh, objects } = context, written = new Map<string, number>(), routed = new Set<string>();
    const routes = routeKinds.flatMap((kind) => objects(kind)).map((object) => ({ object, rules: routeRules(object, mesh) }));
    for (const { rules } of routes) {
      for (const rule of rules) {
        const policy = retriesOf(rule);
        for (const { host } of rule.destinations) {
          routed.add(host);
          if (policy.isWritten) written.set(host, Math.max(written.get(host) ?? 0, policy.attempts));
        }
      }
    }
    const chains = chainFactors(context.traffic, written);
    for (const { object, rules } of routes) {
      rules.forEach((rule, i) => {
        // Of routes to the same destinations the first that retries speaks.
        const policy = retriesOf(rule), same = JSON.stringify(rule.destinations);
        if (policy.attempts === 0 || rules.slice(0, i).some((other) => retriesOf(other).attempts > 0 && JSON.stringify(other.destinations) === same)) return;
        judge(object, policy, takingRoute(object, rule, context), chains, context, answers);
      });
    }
    if (!isIstio(context)) return;
    for (const service of objects('Service')) {
      const host = `${service.name}.${service.namespace}.${mesh.settings.identityDomain}`;
      if (routed.has(host)) continue;
      const rule = { destinations: [{ host, subset: undefined, weight: 1 }] };
      judge(service, { path: 'spec', attempts: istioDefaultRetries, isWritten: false }, takingRoute(service, rule, context), chains, context, answers);
    }
  },
};

/** True where anything of the cluster is Istio's: other meshes retry nothing that nobody asked for. */
function isIstio({ objects }: ObservedContext): boolean {
  return istioKinds.some((kind) => objects(kind).length > 0) || objects('Namespace').some(({ labels }) => istioLabels.some((label) => labels.has(label)));
}

function judge(object: ConfigObject, policy: RetryPolicy, taking: readonly AskedEdge[], chains: ChainFactors, { traffic, unchanged }: ObservedContext, answers: Answers): void {
  if (taking.length === 0 && object.type === 'Service') return;
  if (!unchanged(object)) return answers.undecided(object, 'changed within the window');
  const told: { readonly edge: AskedEdge['edge']; readonly of: Amplification }[] = [];
  for (const one of taking) {
    const of = amplificationOf(traffic.evidence, one);
    if (of === 'others') return answers.undecided(object, 'more arrives than callers’ proxies ask');
    if (of !== null) told.push({ edge: one.edge, of });
  }
  const total = (key: keyof Amplification): number => sum(told.map(({ of }) => of[key]));
  const asked = total('asked'), attempts = total('attempts');
  if (!answers.suffices(object, Math.round(asked))) return;
  const trials = addSteps(told.map(({ edge, of }) => inSteps(edge, of.attempts))), hits = addSteps(told.map(({ edge, of }) => inSteps(edge, of.attempts - of.asked, 'failures')));
  const test = testShare({ hits: hits.map((n, i) => Math.min(n, trials[i] ?? 0)), trials }, tolerated);
  if (test.share <= tolerated || test.pValue > claimedAt) return;
  const worst = Math.max(...told.map(({ edge }) => chains.worst(edge)));
  answers.found(object, policy.path, policy.isWritten ? 'retries multiply the load of the destination' : 'retries, which Istio does by default, multiply the load of the destination', {
    sample: Math.round(asked), of: 'requests', pValue: test.pValue, edgeIds: edgeIdsOf(told.filter(({ of }) => of.attempts > of.asked).map(({ edge }) => edge)),
    measures: [
      { name: 'attempts per request', unit: 'factor', observed: attempts / asked, configured: 1 + policy.attempts, interval: [1 / (1 - test.interval[0]), 1 / (1 - Math.min(0.999, test.interval[1]))] },
      { name: 'failed after all retries', unit: 'requests', observed: total('exhausted'), configured: null, interval: null },
      ...(worst > 1 + policy.attempts ? [{ name: 'along the chain of calls, if all fails', unit: 'factor' as const, observed: worst, configured: null, interval: null }] : []),
    ],
  });
}
