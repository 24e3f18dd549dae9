import { outcomeOf, type Outcome } from '../response-outcome.ts';
import type { CodeShare } from './explanation.ts';
import { isFailure, type Failures } from './failures.ts';
import { meaningOf } from './response-meaning.ts';

const mostCodes = 10;

/** The failing codes and flags, the largest share first: what the callers got, then what the destination alone told. */
export function codeShares(failures: Failures): CodeShare[] {
  const { atSource, atDestination, minds4xx, counted } = failures;
  const relevant = (outcome: Outcome): boolean => (counted === 'connections' ? outcome.kind === 'tcp' || outcome.kind === 'drop' : outcome.kind === 'http' || outcome.kind === 'grpc');
  const failing = (outcome: Outcome): boolean => relevant(outcome) && isFailure(outcome, minds4xx);
  const sum = (codes: ReadonlyMap<string, number>, test: (outcome: Outcome) => boolean): number => [...codes].reduce((n, [key, count]) => n + (test(outcomeOf(key)) ? count : 0), 0);
  const shares: CodeShare[] = [];
  for (const [seenBy, codes, other] of [['source', atSource, atDestination], ['destination', atDestination, atSource]] as const) {
    const [failed, all] = [sum(codes, failing), sum(codes, relevant)];
    for (const [key, count] of codes) {
      const outcome = outcomeOf(key);
      if (count <= 0 || !failing(outcome) || (seenBy === 'destination' && (other.get(key) ?? 0) > 0)) continue;
      const { kind, code, flags } = outcome;
      shares.push({ kind, code, flags, count, share: count / failed, ofAll: all > 0 ? count / all : 0, seenBy: (other.get(key) ?? 0) > 0 ? 'both' : seenBy, meaning: meaningOf(outcome) });
    }
  }
  const order = { source: 0, both: 0, destination: 1 };
  const bothTell = failures.sourceTells && failures.destinationTells;
  return shares
    .sort((a, b) => (bothTell ? order[a.seenBy] - order[b.seenBy] : 0) || b.count - a.count || (keyOf(a) < keyOf(b) ? -1 : 1))
    .slice(0, mostCodes);
}

/** The `responseKey` of a share. */
export function keyOf({ kind, code, flags }: Pick<CodeShare, 'kind' | 'code' | 'flags'>): string {
  return `${kind} ${code || '-'} ${flags || '-'}`;
}
