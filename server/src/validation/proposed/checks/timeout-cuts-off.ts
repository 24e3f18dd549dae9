import type { ConfigObject } from '../../model/config-object.ts';
import { edgeIdsOf } from '../../observed/edge-counts.ts';
import type { Answers } from '../../observed/observed-check.ts';
import { routeRules, timeoutOf } from '../../observed/traffic/route-rules.ts';
import { beyondP99, isBeyond, longerThan, p99Measure, timedKinds, timedRoutes } from '../../observed/traffic/route-timeouts.ts';
import { routingIndex } from '../../observed/traffic/routing-index.ts';
import type { ProposedCheck, ProposedContext } from '../proposed-check.ts';

/** A limit below what answers take. */
export const timeoutCutsOff: ProposedCheck = {
  code: 'proposed/timeout-cuts-off',
  severity: 'warning',
  kinds: timedKinds,
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
    for (const object of timedKinds.flatMap((kind) => context.objects(kind))) {
      if (!context.isProposed(object)) continue;
      const rules = routeRules(object, context.after), hosts = rules.flatMap(({ destinations }) => destinations.map(({ host }) => host));
      if (!rules.some(timeoutOf)) continue;
      if (routing.shares(object, hosts)) answers.undecided(object, 'other routes lead to the same host');
      else judge(object, context, answers);
    }
  },
};

function judge(object: ConfigObject, { before, after, traffic, standing }: ProposedContext, answers: Answers): void {
  const old = standing(object), inForce = old === undefined ? [] : routeRules(old, before).flatMap((rule) => timeoutOf(rule)?.ms ?? []);
  for (const route of timedRoutes(object, routeRules(object, after), { mesh: after, traffic }, answers)) {
    const { timeout, edges, latency } = route;
    if (inForce.some((ms) => ms <= timeout.ms)) continue;
    if (!timeout.ofRequest) {
      answers.undecided(object, 'how long single attempts take is not told');
      continue;
    }
    if (latency.count === 0 || !answers.suffices(object, latency.count)) continue;
    const longer = longerThan(route);
    if (!isBeyond(longer)) continue;
    answers.found(object, timeout.path, 'more than one request in a hundred takes longer than the timeout', {
      sample: latency.count, of: 'requests', pValue: longer.pValue, edgeIds: edgeIdsOf(edges.map(({ edge }) => edge)),
      measures: [{ name: 'longer than the timeout', unit: 'share', observed: longer.share, configured: beyondP99, interval: longer.interval }, ...p99Measure(route)],
    });
  }
}
