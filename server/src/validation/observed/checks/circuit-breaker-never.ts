import type { EvidenceSteps } from '../../evidence/evidence.ts';
import { edgeIdsOf } from '../edge-counts.ts';
import type { ObservedCheck } from '../observed-check.ts';
import { latencyOf } from '../traffic/latency.ts';
import { poolLimits, type PoolLimit } from '../traffic/pool-limits.ts';
import type { AskedEdge } from '../traffic/route-traffic.ts';
import { hostOfRule, underRule } from '../traffic/rule-traffic.ts';
import { flagged, inSteps } from '../traffic/side-report.ts';
import { targetOf } from '../traffic/target.ts';

/** A limit this often above the most that was under way at once cannot be what protects anything. */
const farBeyond = 20;
const overflow: ReadonlySet<string> = new Set(['UO']);

/** A limit so far from what travels that it never opens. */
export const circuitBreakerNever: ObservedCheck = {
  code: 'observed/circuit-breaker-never',
  severity: 'info',
  kinds: ['DestinationRule'],
  title: 'A circuit breaker that never could open',
  meaning: 'The limit lies far beyond what is ever under way at once, so it protects nothing: the service will be down long before it is reached. By Little’s law as much is under way as arrives in the time that a request takes; here the busiest time and the 99th percentile of latency are taken, the most that can be.',
  remedy: 'Set the limit to a few times what is under way at the busiest time, or take it out, so that nobody relies on it.',
  needs: { span: 'long', sample: 5_000, of: 'requests' },
  unseen: 'Bursts within one step of the window (`seconds` over twenty, at least ten) and traffic that comes less often than the window is long. The limit holds for each proxy; what is under way is that of all callers of a workload together, so the truth is further from it still.',
  example: {
    configured: 'A DestinationRule for `orders` with `connectionPool.http.http2MaxRequests: 10000`.',
    told: 'At its busiest the caller sends 80 requests/s with a 99th percentile of 120 ms: about 10 are under way.',
    fine: 'The limit is 100.',
  },
  run(context, answers) {
    for (const rule of context.objects('DestinationRule')) {
      const limits = poolLimits(rule).filter(({ bounds }) => bounds !== 'pending'), host = hostOfRule(rule, context);
      if (limits.length === 0) continue;
      if (host === undefined) answers.undecided(rule, 'rules for several hosts are not followed');
      else if (!context.unchanged(rule)) answers.undecided(rule, 'changed within the window');
      else for (const limit of limits) {
        const asked = ofSubset(underRule(rule, host, context), limit, context), sample = asked.reduce((total, one) => total + one.asked.requests, 0);
        if (!answers.suffices(rule, sample)) continue;
        if (asked.some((one) => flagged(one.asked, overflow) > 0)) continue;
        const callers = asked.map((one) => ({ one, ...underWay(one, context.traffic.evidence.steps) }));
        if (callers.some(({ most }) => most === null)) {
          answers.undecided(rule, 'latency or its course is not measured');
          continue;
        }
        const busiest = callers.reduce((best, caller) => (caller.most! > best.most! ? caller : best));
        if (limit.limit < farBeyond * Math.max(1, busiest.most!)) continue;
        answers.found(rule, limit.path, `${limit.limit} is far beyond what is ever under way at once`, {
          sample, of: 'requests', pValue: null, edgeIds: edgeIdsOf(asked.map(({ edge }) => edge)),
          measures: [
            { name: `under way at once, of ${busiest.one.edge.source.label}`, unit: 'requests', observed: Math.ceil(busiest.most!), configured: limit.limit, interval: null },
            { name: 'at the busiest', unit: 'requestsPerSecond', observed: busiest.perSecond, configured: null, interval: null },
            { name: '99th percentile', unit: 'milliseconds', observed: busiest.p99Ms, configured: null, interval: null },
          ],
        });
      }
    }
  },
};

function ofSubset(asked: readonly AskedEdge[], { subset }: PoolLimit, { mesh }: Parameters<typeof underRule>[2]): readonly AskedEdge[] {
  if (subset === undefined) return asked;
  return asked.filter(({ edge, host }) => targetOf(host, subset, mesh).includes(edge) !== false);
}

/** Little's law with the busiest step and the slowest requests but one in a hundred: an upper bound of the mean under way in any step. */
function underWay({ edge, asked }: AskedEdge, { seconds }: EvidenceSteps): { readonly most: number | null; readonly perSecond: number; readonly p99Ms: number } {
  const { p99Ms } = latencyOf(asked.rows);
  if (p99Ms === null || edge.activity === null) return { most: null, perSecond: 0, p99Ms: 0 };
  const perSecond = Math.max(...inSteps(edge, asked.requests)) / seconds;
  return { most: (perSecond * p99Ms) / 1000, perSecond, p99Ms };
}
