import type { ClusterEvidence } from '../../evidence/cluster-evidence.ts';
import type { EdgeEvidence } from '../../evidence/evidence.ts';

/** Longest chain of calls that is followed. */
const deepest = 8;

/**
 * How often the last service of a chain of calls through an edge can be asked for one request at its beginning, when every
 * attempt of every call fails: the product of `1 + retries` along the worst chain of calls that was observed.
 * @param retries of calls to a full host, by the routes that write them down
 */
export function worstCase(edge: EdgeEvidence, traffic: ClusterEvidence, retries: ReadonlyMap<string, number>): number {
  const own = (of: EdgeEvidence): number => of.edge.services.reduce((most, host) => Math.max(most, 1 + (retries.get(host) ?? 0)), 1);
  const along = (from: EdgeEvidence, next: (of: EdgeEvidence) => readonly EdgeEvidence[], passed: readonly EdgeEvidence[]): number =>
    (passed.length >= deepest ? 1 : next(from).reduce((worst, one) => (passed.includes(one) || own(one) === 1 ? worst : Math.max(worst, own(one) * along(one, next, [...passed, one]))), 1));
  const before = along(edge, ({ source }) => traffic.into(source.entity), [edge]);
  const after = along(edge, ({ destination }) => traffic.outOf(destination.entity), [edge]);
  return before * own(edge) * after;
}
