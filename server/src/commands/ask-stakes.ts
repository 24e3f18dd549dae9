import type { FindingAtStake, ForeseenFinding } from '../validation/findings/at-stake.ts';
import type { FindingRank } from '../validation/findings/rank.ts';
import type { ConfigObject } from '../validation/model/config-object.ts';
import type { Finding, Severity } from '../validation/model/finding.ts';
import { refKey } from '../validation/observed/ref-key.ts';
import { placeFindings, type PlacedFinding } from '../validation/render/report.ts';
import type { OrreryClient } from './orrery-client.ts';

/** What an answer takes at a time. */
const mostFindings = 2_000;

/** What an Orrery answers. */
interface StakesAnswer {
  /** In the order in which they were asked. */
  readonly findings: readonly FindingAtStake[];
  readonly proposed: readonly ForeseenFinding[];
  readonly undecided: readonly { readonly code: string; readonly reason: string; readonly objects: number }[];
  readonly covers: boolean;
}

/** What a running Orrery is asked about findings in files. */
export interface StakesQuestion {
  readonly findings: readonly PlacedFinding[];
  /** As they would be applied. */
  readonly objects: readonly ConfigObject[];
  /** Unix seconds. */
  readonly window: { readonly from: number; readonly to: number };
  /** As telemetry names it, where it has to be told. */
  readonly cluster: string | undefined;
  /** Stands for the file of objects that came from none. */
  readonly elsewhere: (object: Pick<Finding, 'object'>) => string;
}

/** The findings with what they have at stake, the gravest first, and those of what the files would do to traffic. */
export interface StakesTold {
  readonly findings: readonly PlacedFinding[];
  /** Objects of which the traffic of the window does not show what would become of it. */
  readonly undecided: number;
  /** False where telemetry covers too little of the window. */
  readonly covers: boolean;
}

/**
 * The findings with what they put at stake, and with them what the objects would do to observed traffic; gravest first.
 * Those beyond `mostFindings` are told without.
 * @throws OrreryError
 */
export async function askStakes(orrery: OrreryClient, { findings, objects, window, cluster, elsewhere }: StakesQuestion): Promise<StakesTold> {
  const order: readonly Severity[] = ['error', 'warning', 'info'];
  const asked = findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity)).slice(0, mostFindings);
  const answer = await orrery.post<StakesAnswer>('api/v1/findings/at-stake', {
    ...(cluster === undefined ? {} : { cluster }), window, objects: objects.map(({ body }) => body),
    findings: asked.map(({ code, severity, path, object: { group, kind, namespace, name } }) => ({ code, severity, path, object: { group, kind, namespace, name } })),
  });
  const stakes = new Map(asked.map((finding, n) => [finding, answer.findings[n]]));
  const told = findings.map((finding): PlacedFinding => {
    const atStake = stakes.get(finding);
    return atStake === undefined ? finding : { ...finding, atStake };
  });
  return {
    findings: [...told, ...place(answer.proposed, objects, elsewhere)].sort(byStake),
    undecided: answer.undecided.reduce((sum, one) => sum + one.objects, 0), covers: answer.covers,
  };
}

/** Where what is foreseen is written: in the files, or at an object that only the cluster holds. */
function place(foreseen: readonly ForeseenFinding[], objects: readonly ConfigObject[], elsewhere: StakesQuestion['elsewhere']): PlacedFinding[] {
  const known = new Map(objects.map((object) => [refKey(object), object]));
  return foreseen.flatMap(({ object, evidence, atStake, code, severity, path, message }) =>
    placeFindings([{ code, severity, path, message, kiali: undefined, object: { cluster: '', ...object }, origin: known.get(refKey(object))?.origin }], elsewhere)
      .map((placed): PlacedFinding => ({ ...placed, evidence, atStake })));
}

const ranks: readonly FindingRank[] = ['breaking', 'atRisk', 'tidyUp'];

/** By rank, errors, traffic, dependents; what is equal keeps its place. */
function byStake({ atStake: a }: PlacedFinding, { atStake: b }: PlacedFinding): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return ranks.indexOf(a.rank) - ranks.indexOf(b.rank) || b.errorsPerSecond - a.errorsPerSecond || b.requestsPerSecond - a.requestsPerSecond || (b.dependents ?? 0) - (a.dependents ?? 0);
}
