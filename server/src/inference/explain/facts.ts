import { Side } from '@orrery/collectors/model/edge-traffic';
import { outcomeOf } from '../response-outcome.ts';
import { keyOf } from './code-shares.ts';
import type { CodeShare, ExplainedFact, FactEvidence } from './explanation.ts';
import type { Failures } from './failures.ts';
import { causeOf, codeName, type Cause } from './response-meaning.ts';
import { brokenTolerance } from './tolerance-fact.ts';
import { number, percent } from './words.ts';

const mostCodeFacts = 3;
/** Attempts per request from which retries are told. */
const leastAmplification = 1.1;

/** What the counts of the window say. `edges` are the graph edges explained, for references. */
export function countFacts(failures: Failures, codes: readonly CodeShare[], edges: readonly string[]): ExplainedFact[] {
  const refer = (keys: readonly string[], side: Side | null = null): FactEvidence[] => evidenceFor(failures, edges, keys, side);
  return [
    ...codes.slice(0, mostCodeFacts).map((one): ExplainedFact => ({
      kind: 'code', value: one.share, unit: '1', evidence: refer([keyOf(one)]),
      text: `${percent(one.share)} of the failures${one.seenBy === 'destination' && failures.sourceTells ? ' that the destination reports' : ''} are ${codeName(one)}${one.meaning === '' ? '' : `: ${one.meaning}`}`,
    })),
    ...sideFacts(failures, codes, refer),
    ...causeFacts(codes, refer),
    ...retryFacts(failures, refer),
    ...connectionFacts(failures, refer),
    ...toleranceFacts(failures, refer),
  ];
}

type Refer = (keys: readonly string[], side?: Side | null) => FactEvidence[];

/** Which side saw them: what never arrived, what only the callers know of, what the destination answered. */
function sideFacts(failures: Failures, codes: readonly CodeShare[], refer: Refer): ExplainedFact[] {
  const { sourceTells, destinationTells, counted } = failures;
  if (counted !== 'codes' || failures.failures === 0) return [];
  const facts: ExplainedFact[] = [];
  const seenByCallers = codes.filter((one) => one.seenBy !== 'destination');
  const unreached = seenByCallers.filter((one) => { const { neverLeft, connectFailed } = outcomeOf(keyOf(one)); return one.seenBy === 'source' && (neverLeft || connectFailed); });
  const alone = seenByCallers.filter((one) => one.seenBy === 'source' && !unreached.includes(one) && one.flags !== '');
  const share = (list: readonly CodeShare[]): number => list.reduce((total, one) => total + one.share, 0);
  if (unreached.length > 0) {
    facts.push({ kind: 'unreached', value: share(unreached), unit: '1', evidence: refer(unreached.map(keyOf), Side.source), text: `${percent(share(unreached))} of the failures never reached the destination: the caller’s own proxy answered (${list(unreached)})` });
  }
  if (alone.length > 0 && destinationTells) {
    facts.push({ kind: 'clientOutcome', value: share(alone), unit: '1', evidence: refer(alone.map(keyOf), Side.source), text: `${percent(share(alone))} of the failures are seen by the callers alone (${list(alone)}): the destination counts these requests otherwise` });
  }
  if (destinationTells) {
    const ratio = shareOfAll(codes.filter((one) => one.seenBy !== 'source'));
    facts.push({ kind: 'side', value: ratio, unit: '1', evidence: refer([], Side.destination), text: ratio > 0 ? `the destination itself fails ${percent(ratio)} of what reaches it` : 'the destination answers what reaches it without failures' });
  } else if (sourceTells) {
    facts.push({ kind: 'side', value: null, unit: '', evidence: refer([], Side.source), text: 'only the callers tell: what the destination saw is not measured' });
  }
  return facts;
}

function shareOfAll(codes: readonly CodeShare[]): number {
  return Math.min(1, codes.reduce((total, one) => total + one.ofAll, 0));
}

const causeText: Readonly<Record<Exclude<Cause, '' | 'retries' | 'timeout'>, (share: string, codes: string) => string>> = {
  denied: (share, codes) => `${share} of the failures are refusals by a policy (${codes}), not faults of the destination`,
  handshake: (share, codes) => `${share} of the failures are handshakes between proxies (${codes}): certificates or mTLS settings of the two sides do not fit`,
  fault: (share, codes) => `${share} of the failures are injected on purpose (${codes}) by a fault rule of a route`,
};

function causeFacts(codes: readonly CodeShare[], refer: Refer): ExplainedFact[] {
  return (['denied', 'handshake', 'fault'] as const).flatMap((cause): ExplainedFact[] => {
    const of = codes.filter((one) => causeOf(one) === cause);
    const share = Math.min(1, of.filter((one) => one.seenBy === of[0]?.seenBy).reduce((total, one) => total + one.share, 0));
    return of.length === 0 ? [] : [{ kind: cause, value: share, unit: '1', evidence: refer(of.map(keyOf)), text: causeText[cause](percent(share), list(of)) }];
  });
}

/** How often each request was tried: by the proxies' own count, else by what arrived more often than it was asked. */
function retryFacts({ attempts, asked, atSource, atDestination, failures }: Failures, refer: Refer): ExplainedFact[] {
  const requests = (codes: ReadonlyMap<string, number>, neverLeft: boolean): number => [...codes].reduce((n, [key, count]) => {
    const outcome = outcomeOf(key);
    return (outcome.kind === 'http' || outcome.kind === 'grpc') && (neverLeft || !outcome.neverLeft) ? n + count : n;
  }, 0);
  const [sent, arrived] = [requests(atSource, false), requests(atDestination, true)];
  const factor = asked > 0 && attempts > 0 ? attempts / asked : sent > 0 ? arrived / sent : 0;
  if (failures === 0 || factor < leastAmplification) return [];
  return [{ kind: 'retries', value: factor, unit: 'x', evidence: refer([], Side.source), text: `each request is tried ${factor.toFixed(1)} times on average: retries multiply the load` }];
}

function connectionFacts({ sum, counted }: Failures, refer: Refer): ExplainedFact[] {
  const facts: ExplainedFact[] = [];
  if (sum.connectionsFailed > 0) {
    facts.push({ kind: 'connections', value: sum.connectionsFailed, unit: 'connections', evidence: refer([]), text: `${number(sum.connectionsFailed)} of ${number(sum.connections)} connections failed` });
  }
  if (sum.drops > 0) facts.push({ kind: 'drops', value: sum.drops, unit: counted === 'connections' ? 'connections' : 'packets', evidence: refer([]), text: `${number(sum.drops)} packets or connections were dropped on the way` });
  return facts;
}

function toleranceFacts(failures: Failures, refer: Refer): ExplainedFact[] {
  const broken = brokenTolerance(failures);
  if (!broken) return [];
  const { tolerance, health, percent: value } = broken;
  const limit = health === 'Failure' ? `${tolerance.failure} %` : tolerance.degraded === 0 ? 'any' : `${tolerance.degraded} %`;
  return [{ kind: 'tolerance', value: value / 100, unit: '1', evidence: refer([]), text: `health is ${health} from ${limit} of ${tolerance.code} on, it is ${percent(value / 100)}` }];
}

function list(codes: readonly CodeShare[]): string {
  return [...new Set(codes.map(codeName))].join(', ');
}

/** The tellers of some response keys, the one that counted most for each first; without keys those of a side. */
function evidenceFor({ rows }: Failures, edges: readonly string[], keys: readonly string[], side: Side | null): FactEvidence[] {
  const edge = edges[0] ?? '';
  const tellers = (key: string): FactEvidence[] => {
    const best = rows.filter((row) => (side === null || row.side === side) && (key === '' || (row.responses.get(key) ?? 0) > 0))
      .sort((a, b) => (key === '' ? b.requests - a.requests : b.responses.get(key)! - a.responses.get(key)!) || (a.edgeId < b.edgeId ? -1 : 1))[0];
    return best ? [{ edge, instrument: best.instrument, side: best.side, feed: best.feed, responseKey: key }] : [];
  };
  return (keys.length > 0 ? keys : ['']).flatMap(tellers);
}
