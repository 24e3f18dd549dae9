import { sum } from '../../../inference/diff/stats/proportions.ts';
import { testShare } from '../../evidence/share-test.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { edgeIdsOf } from '../edge-counts.ts';
import type { Answers, ObservedCheck, ObservedContext } from '../observed-check.ts';
import { routeRules, timeoutOf, type RouteRule } from '../traffic/route-rules.ts';
import { beyondP99, isBeyond, longerThan, p99Measure, timedKinds, timedRoutes } from '../traffic/route-timeouts.ts';
import { routingIndex } from '../traffic/routing-index.ts';
import { addSteps, flagged, inSteps } from '../traffic/side-report.ts';

const timedOut: ReadonlySet<string> = new Set(['UT']);

/** A limit that cuts off what would have been answered, or that nobody keeps. */
export const timeoutTooShort: ObservedCheck = {
  code: 'observed/timeout-too-short',
  severity: 'warning',
  kinds: timedKinds,
  title: 'A timeout shorter than the 99th percentile',
  meaning: 'More than one request in a hundred takes longer than the route allows: the proxy cuts it off and answers 504 (`UT`). The server often goes on working for nobody, and a retry makes it work again. Or nobody is cut off although requests take longer: then the timeout is not in force.',
  remedy: 'Set the timeout above the 99th percentile that the service needs, or make the service faster; make it shorter than the callers’ own timeout. Where it is not in force, look for another route that takes the requests, or a caller that sends `x-envoy-upstream-rq-timeout-ms`.',
  needs: { span: 'short', sample: 500, of: 'requests' },
  unseen: 'How long a request that was cut off would have taken. Routes of one object to the same destinations are told apart only by their timeout: where these differ, nothing is said.',
  example: {
    configured: 'A VirtualService for `orders` with `timeout: 250ms`.',
    told: 'Of 4,000 requests 180 end with `504 UT`: 4.5 % (3.9–5.2 %), more than the 1 % beyond a 99th percentile.',
    fine: '12 of them do.',
  },
  run(context, answers) {
    const routing = routingIndex(context.objects, context.mesh);
    for (const object of timedKinds.flatMap((kind) => context.objects(kind))) {
      const rules = routeRules(object, context.mesh).filter(({ destinations }) => destinations.length > 0);
      if (!rules.some(timeoutOf)) continue;
      if (!context.unchanged(object)) answers.undecided(object, 'changed within the window');
      else if (routing.shares(object, rules.flatMap(({ destinations }) => destinations.map(({ host }) => host)))) answers.undecided(object, 'other routes lead to the same host');
      else judge(object, rules, context, answers);
    }
  },
};

function judge(object: ConfigObject, rules: readonly RouteRule[], context: ObservedContext, answers: Answers): void {
  for (const route of timedRoutes(object, rules, context, answers)) {
    const { timeout, edges } = route;
    const trials = addSteps(edges.map(({ edge, asked }) => inSteps(edge, asked.requests))), sample = Math.round(sum(trials));
    if (!answers.suffices(object, sample)) continue;
    const cut = edges.filter(({ asked }) => flagged(asked, timedOut) > 0);
    const hits = addSteps([...cut.map(({ edge, asked }) => inSteps(edge, flagged(asked, timedOut), 'failures')), trials.map(() => 0)]);
    const test = testShare({ hits, trials }, beyondP99);
    if (isBeyond(test)) {
      answers.found(object, timeout.path, 'requests are cut off by the timeout, more than one in a hundred', {
        sample, of: 'requests', pValue: test.pValue, edgeIds: edgeIdsOf(cut.map(({ edge }) => edge)),
        measures: [{ name: 'cut off', unit: 'share', observed: test.share, configured: beyondP99, interval: test.interval }, ...p99Measure(route)],
      });
      continue;
    }
    const longer = longerThan(route);
    if (!timeout.ofRequest || cut.length > 0 || !isBeyond(longer)) continue;
    answers.found(object, timeout.path, 'requests take longer than the timeout and none is cut off: it is not in force', {
      sample, of: 'requests', pValue: longer.pValue, edgeIds: edgeIdsOf(edges.map(({ edge }) => edge)),
      measures: [{ name: 'longer than the timeout', unit: 'share', observed: longer.share, configured: 0, interval: longer.interval }, ...p99Measure(route)],
    });
  }
}
