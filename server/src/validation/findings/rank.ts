import type { Finding, Severity } from '../model/finding.ts';
import type { Dependents, Stake } from './stake.ts';

export type FindingRank = 'breaking' | 'atRisk' | 'tidyUp';

/** What the place of a finding follows from. */
export interface Ranked {
  readonly finding: Finding;
  readonly stake: Stake;
  readonly rank: FindingRank;
  readonly dependents: Dependents | null;
}

/** Breaking: what it touches fails now. At risk: it carries traffic, or an error waits for some. Tidy up: the rest, and what may be meant. */
export function rankOf({ severity }: Pick<Finding, 'severity'>, { requestsPerSecond, errorsPerSecond, fails }: Stake): FindingRank {
  if (severity === 'info') return 'tidyUp';
  if (fails) return 'breaking';
  return requestsPerSecond > 0 || errorsPerSecond > 0 || severity === 'error' ? 'atRisk' : 'tidyUp';
}

const ranks: readonly FindingRank[] = ['breaking', 'atRisk', 'tidyUp'];
const severities: readonly Severity[] = ['error', 'warning', 'info'];

/** Gravest first: by rank, errors, traffic, dependents, severity; what is equal in all of them by code and object, so that pages hold still. */
export function byGravity(a: Ranked, b: Ranked): number {
  return ranks.indexOf(a.rank) - ranks.indexOf(b.rank)
    || b.stake.errorsPerSecond - a.stake.errorsPerSecond
    || b.stake.requestsPerSecond - a.stake.requestsPerSecond
    || (b.dependents?.dependents ?? 0) - (a.dependents?.dependents ?? 0)
    || severities.indexOf(a.finding.severity) - severities.indexOf(b.finding.severity)
    || compare(placeOf(a.finding), placeOf(b.finding));
}

function placeOf({ code, object: { cluster, kind, namespace, name }, path }: Finding): string {
  return [code, cluster, namespace, kind, name, path].join('\u0000');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
