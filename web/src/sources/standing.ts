import type { DataSource } from '../graphql/operations.ts';
import { plural } from '../lib/format.ts';
import type { HealthState } from '../topology/graph/topology.ts';

export interface Standing {
  readonly state: HealthState;
  readonly text: string;
}

/** How sources are, in a few words. A listener that nobody has sent to yet is no trouble; a target that cannot be scraped is down, not silent. */
export function standingOf(sources: readonly Pick<DataSource, 'state'>[]): Standing {
  const heard = sources.filter((one) => one.state !== 'silent');
  const live = heard.filter((one) => one.state === 'live').length;
  if (heard.length === 0) return { state: 'unknown', text: 'no sources yet' };
  return { state: live === heard.length ? 'healthy' : live > 0 ? 'degraded' : 'failing', text: `${live} of ${plural(heard.length, 'source')} live` };
}
