import type { Measure } from '../../model/observation.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { testShare, type ShareTest } from '../../evidence/share-test.ts';
import { claimedAt, type Answers, type ObservedContext } from '../observed-check.ts';
import { countAbove, latencyOf, type Latency } from './latency.ts';
import { timeoutOf, type RouteRule, type RouteTimeout } from './route-rules.ts';
import { takingRoute, type AskedEdge } from './route-traffic.ts';

/** Kinds whose routes have timeouts. */
export const timedKinds = ['VirtualService', 'HTTPRoute', 'GRPCRoute'] as const;
/** More than this share of requests over the limit: the 99th percentile lies beyond it. */
export const beyondP99 = 0.01;

/** A timeout with what callers sent by its route, and how long that took. */
export interface TimedRoute {
  readonly timeout: RouteTimeout;
  readonly edges: readonly AskedEdge[];
  readonly latency: Latency;
}

/** The timeouts of an object: of routes with one timeout to the same destinations the first speaks for all; where they differ, for none. */
export function timedRoutes(object: ConfigObject, rules: readonly RouteRule[], context: Pick<ObservedContext, 'mesh' | 'traffic'>, answers: Pick<Answers, 'undecided'>): TimedRoute[] {
  const taking = rules.filter(({ destinations }) => destinations.length > 0).map((rule) => ({ timeout: timeoutOf(rule), edges: takingRoute(object, rule, context) }));
  return taking.flatMap(({ timeout, edges }, i): TimedRoute[] => {
    const meets = (other: (typeof taking)[number]): boolean => other.edges.some(({ edge }) => edges.some((one) => one.edge === edge));
    if (timeout === undefined || taking.slice(0, i).some((other) => other.timeout?.ms === timeout.ms && meets(other))) return [];
    if (taking.some((other) => other.timeout?.ms !== timeout.ms && meets(other))) {
      answers.undecided(object, 'routes to the same destinations have other timeouts');
      return [];
    }
    return [{ timeout, edges, latency: latencyOf(edges.flatMap(({ asked }) => asked.rows)) }];
  });
}

/** How many of the requests took certainly longer than the timeout. */
export function longerThan({ timeout, latency }: TimedRoute): ShareTest {
  return testShare({ hits: [countAbove(latency, timeout.ms)], trials: [latency.count] }, beyondP99);
}

/** Whether a share lies beyond the 99th percentile, and not by chance. */
export function isBeyond({ share, pValue }: ShareTest): boolean {
  return share > beyondP99 && pValue <= claimedAt;
}

/** What callers saw beside the timeout; [] where nobody measured it. */
export function p99Measure({ timeout, latency: { p99Ms } }: TimedRoute): Measure[] {
  return p99Ms === null ? [] : [{ name: '99th percentile as callers saw it', unit: 'milliseconds', observed: p99Ms, configured: timeout.ms, interval: null }];
}
