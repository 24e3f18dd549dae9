import type { Finding, Severity } from '../model/finding.ts';
import type { FindingRank } from './rank.ts';

/** An edge that a finding touches, with the names of its ends. */
export interface StakeEdge {
  readonly id: string;
  /** `<namespace>/<name>`, or the name alone where there is no namespace. */
  readonly source: string;
  readonly destination: string;
  readonly requestsPerSecond: number | null;
  readonly errorRatio: number | null;
  readonly health: string;
}

/** What one finding puts at stake. */
export interface FindingAtStake {
  readonly rank: FindingRank;
  /** Connections per second where nobody counts requests. */
  readonly requestsPerSecond: number;
  readonly errorsPerSecond: number;
  readonly flaggedPerSecond: number;
  readonly dependents: number | null;
  readonly entryPoints: number | null;
  readonly totalEdges: number;
  /** Busiest first; the first of them. */
  readonly edges: readonly StakeEdge[];
}

/** What configuration that is not applied would do to observed traffic. */
export interface ForeseenFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly path: string;
  readonly message: string;
  readonly object: Omit<Finding['object'], 'cluster'>;
  /** The numbers that it rests on, as a sentence. */
  readonly evidence: string;
  readonly atStake: FindingAtStake;
}

/** As a line of text: `12.3 requests/s, 0.4 errors/s on 2 edges, 7 dependents: shop/web → shop/cart 8/s, …`. */
export function atStakeText({ requestsPerSecond, errorsPerSecond, dependents, totalEdges, edges }: FindingAtStake): string {
  if (totalEdges === 0) return 'no traffic was observed that it touches';
  const shown = edges.slice(0, mostShown).map((edge) => `${edge.source} → ${edge.destination}${edge.requestsPerSecond === null ? '' : ` ${short(edge.requestsPerSecond)}/s`}`);
  const rates = `${short(requestsPerSecond)} requests/s${errorsPerSecond > 0 ? `, ${short(errorsPerSecond)} errors/s` : ''}`;
  return `${rates} on ${counted(totalEdges, 'edge')}${dependents === null ? '' : `, ${counted(dependents, 'dependent')}`}: ${shown.join(', ')}${totalEdges > shown.length ? ', …' : ''}`;
}

const mostShown = 3;

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function short(rate: number): string {
  return String(Number(rate.toPrecision(3)));
}
