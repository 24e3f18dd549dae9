import { Measured } from '@orrery/collectors/model/edge-traffic';
import { sum } from '../../../inference/diff/stats/proportions.ts';
import { outcomeOf } from '../../../inference/response-outcome.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import type { AskedEdge } from './route-traffic.ts';
import { arrivedOf, flagged, unplaced, type SideReport } from './side-report.ts';

/** How often requests were sent again. */
export interface Amplification {
  /** Requests that callers asked for and that found an endpoint. */
  readonly asked: number;
  /** Attempts that were made of them. */
  readonly attempts: number;
  /** Requests that failed after the last attempt (`URX`). */
  readonly exhausted: number;
}

const exhausted: ReadonlySet<string> = new Set(['URX']);
/** Counters of both sides are read at different moments: so much more, of failed attempts and of all that arrived, says nothing. */
const slack = 1.1, skew = 0.05;

/**
 * Attempts per request of one edge: as the callers' proxies count them, else what arrived for what was asked. Null where
 * neither is told. `'others'` where more arrived than retries can explain, each of which follows an attempt that failed:
 * then somebody calls whose proxy is not read.
 */
export function amplificationOf(evidence: Evidence, { edge, host, asked: report }: AskedEdge): Amplification | 'others' | null {
  const asked = Math.max(0, report.requests - unplaced(report)), gaveUp = flagged(report, exhausted);
  const counting = report.rows.filter(({ measured, requests }) => (measured & Measured.attempts) !== 0 && requests > 0);
  if (counting.length > 0) {
    const attempts = sum(counting.map((row) => row.attempts)), requests = sum(counting.map((row) => row.requests));
    return { asked: requests, attempts: Math.max(requests, attempts), exhausted: gaveUp };
  }
  const arrived = arrivedOf(evidence, edge, host);
  if (arrived === null) return null;
  const again = arrived.requests - asked;
  if (again > failedOf(arrived) * slack) return again <= arrived.requests * skew ? { asked, attempts: asked, exhausted: gaveUp } : 'others';
  return { asked, attempts: Math.max(asked, arrived.requests), exhausted: gaveUp };
}

/** What arrived and failed, or whose caller gave up waiting: what can have been asked again. */
function failedOf({ responses }: SideReport): number {
  let failed = 0;
  responses.forEach((count, key) => {
    const { isError, flags } = outcomeOf(key);
    if (isError || flags.split(',').includes('DC')) failed += count;
  });
  return failed;
}
