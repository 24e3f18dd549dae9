import type { TwoTraffics } from '../../graphql/compare.ts';

/** Mean of a window; null = not measured. */
export interface Totals { readonly requests: number | null; readonly errorRatio: number | null }

/** Steps without a measurement are left out: they are gaps in the data, not pauses of the traffic. */
export function totalsOf({ requestsPerSecond, errorsPerSecond }: TwoTraffics['before']): Totals {
  let requests = 0, errors = 0, measured = 0;
  requestsPerSecond.forEach((rate, i) => {
    if (rate === null) return;
    requests += rate;
    errors += errorsPerSecond[i] ?? 0;
    measured++;
  });
  return { requests: measured === 0 ? null : requests / measured, errorRatio: requests > 0 ? errors / requests : null };
}
