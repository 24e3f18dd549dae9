import { testShare } from '../../evidence/share-test.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { edgeIdsOf } from '../../observed/edge-counts.ts';
import { claimedAt, type Answers } from '../../observed/observed-check.ts';
import { countAbove, latencyOf } from '../../observed/traffic/latency.ts';
import { routeRules, timeoutOf } from '../../observed/traffic/route-rules.ts';
import { takingRoute } from '../../observed/traffic/route-traffic.ts';
import { routingIndex } from '../../observed/traffic/routing-index.ts';
import type { ProposedCheck, ProposedContext } from '../proposed-check.ts';

/** More than this share of requests over the limit: the 99th percentile lies beyond it. */
const beyondP99 = 0.01;
const kinds = ['VirtualService', 'HTTPRoute', 'GRPCRoute'] as const;

/** A limit below what answers take. */
export const timeoutCutsOff: ProposedCheck = {
  code: 'proposed/timeout-cuts-off',
  severity: 'warning',
  kinds,
  title: 'A timeout would cut requests off',
  meaning: 'With the change, more than one request in a hundred of those that were answered in the window takes longer than the route allows: the proxy would answer 504 (`UT`) instead.',
  remedy: 'Set the timeout above the 99th percentile that the evidence shows, or make the service faster before.',
  needs: { sample: 500, of: 'requests' },
  unseen: 'How long single attempts take, so a timeout of each attempt is not judged. Routes of one object to the same destinations are told apart only by their timeout: where these differ, nothing is said.',
  example: {
    configured: 'A VirtualService for `orders` gets `timeout: 250ms`.',
    told: 'In the last hour 1,900 of 40,000 requests took longer: 4.8 %.',
    fine: 'Its 99th percentile is 80 ms.',
  },
  run(context, answers) {
    const routing = routingIndex(context.objects, context.after);
    for (const object of kinds.flatMap((kind) => context.objects(kind))) {
      if (!context.isProposed(object)) continue;
      const rules = routeRules(object, context.after), hosts = rules.flatMap(({ destinations }) => destinations.map(({ host }) => host));
      if (!rules.some(timeoutOf)) continue;
      if (routing.shares(object, hosts)) answers.undecided(object, 'other routes lead to the same host');
      else judge(object, context, answers);
    }
  },
};

function judge(object: ConfigObject, { before, after, traffic, standing }: ProposedContext, answers: Answers): void {
  const taking = routeRules(object, after).filter(({ destinations }) => destinations.length > 0)
    .map((rule) => ({ timeout: timeoutOf(rule), edges: takingRoute(object, rule, { mesh: after, traffic }) }));
  const old = standing(object), inForce = old === undefined ? [] : routeRules(old, before).flatMap((rule) => timeoutOf(rule)?.ms ?? []);
  for (const { timeout, edges } of taking) {
    if (timeout === undefined || inForce.some((ms) => ms <= timeout.ms)) continue;
    if (!timeout.ofRequest) {
      answers.undecided(object, 'how long single attempts take is not told');
      continue;
    }
    if (taking.some((other) => other.timeout?.ms !== timeout.ms && other.edges.some(({ edge }) => edges.some((one) => one.edge === edge)))) return answers.undecided(object, 'routes to the same destinations have other timeouts');
    const latency = latencyOf(edges.flatMap(({ asked }) => asked.rows));
    if (latency.count === 0 || !answers.suffices(object, latency.count)) continue;
    const test = testShare({ hits: [countAbove(latency, timeout.ms)], trials: [latency.count] }, beyondP99);
    if (test.share <= beyondP99 || test.pValue > claimedAt) continue;
    answers.found(object, timeout.path, 'more than one request in a hundred takes longer than the timeout', {
      sample: latency.count, of: 'requests', pValue: test.pValue, edgeIds: edgeIdsOf(edges.map(({ edge }) => edge)),
      measures: [
        { name: 'longer than the timeout', unit: 'share', observed: test.share, configured: beyondP99, interval: test.interval },
        ...(latency.p99Ms === null ? [] : [{ name: '99th percentile as callers saw it', unit: 'milliseconds' as const, observed: latency.p99Ms, configured: timeout.ms, interval: null }]),
      ],
    });
  }
}
