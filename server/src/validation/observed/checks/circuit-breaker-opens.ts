import { sum } from '../../../inference/diff/stats/proportions.ts';
import { testShare } from '../../evidence/share-test.ts';
import { edgeIdsOf, busiest } from '../edge-counts.ts';
import type { ObservedCheck } from '../observed-check.ts';
import { poolLimits } from '../traffic/pool-limits.ts';
import { hostOfRule, underRule } from '../traffic/rule-traffic.ts';
import { addSteps, flagged, inSteps } from '../traffic/side-report.ts';

const overflow: ReadonlySet<string> = new Set(['UO']);
/** Fewer rejected requests than this are a burst that the limit is there for. */
const leastRejected = 10;
/** Share of requests that may be rejected before it is worth a word. */
const tolerated = 0.001;

/** A connection pool whose limit rejects requests. */
export const circuitBreakerOpens: ObservedCheck = {
  code: 'observed/circuit-breaker-opens',
  severity: 'warning',
  kinds: ['DestinationRule'],
  title: 'A circuit breaker that opens',
  meaning: 'Proxies reject requests themselves, with 503 and the flag `UO`, because the limits of the connection pool are reached. That protects a service that is overloaded; where it is not, the limit makes failures out of ordinary traffic.',
  remedy: 'Compare the latency and the saturation of the service at those times. If it could have taken more, raise the limit: requests under way are rate times latency, for each calling proxy. If not, it works as meant: add capacity, or have callers ask less.',
  needs: { span: 'short', sample: 200, of: 'requests' },
  unseen: 'Which of several limits was reached, and of which subset: a request that is rejected has chosen no endpoint yet. The limits hold for each calling proxy by itself; the numbers are of all of them.',
  example: {
    configured: 'A DestinationRule for `orders` with `connectionPool.http.http1MaxPendingRequests: 1`.',
    told: 'Of 6,000 requests 240 are rejected with `UO`: 4 %.',
    fine: 'Three of them are.',
  },
  run(context, answers) {
    for (const rule of context.objects('DestinationRule')) {
      const limits = poolLimits(rule), host = hostOfRule(rule, context), [first] = limits;
      if (first === undefined) continue;
      if (host === undefined) answers.undecided(rule, 'rules for several hosts are not followed');
      else if (!context.unchanged(rule)) answers.undecided(rule, 'changed within the window');
      else {
        const asked = underRule(rule, host, context), trials = addSteps(asked.map(({ edge, asked: { requests } }) => inSteps(edge, requests)));
        const rejected = asked.filter((one) => flagged(one.asked, overflow) > 0), count = sum(rejected.map((one) => flagged(one.asked, overflow)));
        if (!answers.suffices(rule, Math.round(sum(trials))) || count < leastRejected || count / sum(trials) <= tolerated) continue;
        const hits = addSteps([...rejected.map((one) => inSteps(one.edge, flagged(one.asked, overflow), 'failures')), trials.map(() => 0)]);
        const { share, interval } = testShare({ hits, trials }, tolerated);
        answers.found(rule, limits.length === 1 ? first.path : limits.some(({ subset }) => subset !== undefined) ? 'spec' : 'spec/trafficPolicy/connectionPool', 'requests are rejected because limits of the connection pool are reached', {
          // A request that is rejected proves the breaker open: nothing is estimated but the share.
          sample: Math.round(sum(trials)), of: 'requests', pValue: null, edgeIds: edgeIdsOf(rejected.map(({ edge }) => edge)),
          measures: [
            { name: 'rejected (UO)', unit: 'share', observed: share, configured: null, interval },
            ...busiest(rejected.map(({ edge }) => edge), 'requests', (edge) => flagged(rejected.find((one) => one.edge === edge)!.asked, overflow)),
          ],
        });
      }
    }
  },
};
