import type { ClusterEvidence } from '../../evidence/cluster-evidence.ts';
import type { EdgeEvidence } from '../../evidence/evidence.ts';

/** How attempts multiply where calls that are retried make calls that are retried. */
export interface ChainFactors {
  /**
   * How often the last service of a chain of calls through an edge can be asked for one request at its beginning, when
   * every attempt of every call fails: the product of `1 + retries` along the worst chain of calls that was observed.
   */
  worst(edge: EdgeEvidence): number;
}

/** Longest chain that is followed on either side. */
const longest = 64;

/** @param retries of calls to a full host, by the routes that write them down */
export function chainFactors(traffic: ClusterEvidence, retries: ReadonlyMap<string, number>): ChainFactors {
  const own = ({ edge }: EdgeEvidence): number => edge.services.reduce((most, host) => Math.max(most, 1 + (retries.get(host) ?? 0)), 1);
  const before = along(({ source }) => traffic.into(source.entity), own), after = along(({ destination }) => traffic.outOf(destination.entity), own);
  return { worst: (edge) => before(edge) * own(edge) * after(edge) };
}

/** The greatest product beyond an edge. Each edge is worked out once; one that leads back to itself counts no second time. */
function along(next: (edge: EdgeEvidence) => readonly EdgeEvidence[], own: (edge: EdgeEvidence) => number): (edge: EdgeEvidence) => number {
  const known = new Map<EdgeEvidence, number>();
  const beyond = (edge: EdgeEvidence, depth: number): number => {
    const found = known.get(edge);
    if (found !== undefined) return found;
    known.set(edge, 1);
    let most = 1;
    if (depth < longest) for (const one of next(edge)) if (own(one) > 1) most = Math.max(most, own(one) * beyond(one, depth + 1));
    known.set(edge, most);
    return most;
  };
  return (edge) => beyond(edge, 0);
}
