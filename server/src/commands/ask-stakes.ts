import type { FindingAtStake } from '../validation/findings/at-stake.ts';
import type { FindingRank } from '../validation/findings/rank.ts';
import type { ConfigObject } from '../validation/model/config-object.ts';
import type { Severity } from '../validation/model/finding.ts';
import type { PlacedFinding } from '../validation/render/report.ts';
import type { OrreryClient } from './orrery-client.ts';

/** What an answer takes at a time. */
const mostFindings = 2_000;

/**
 * The findings with what they put at stake, gravest first; those beyond `mostFindings` are told without.
 * @param objects as they would be applied
 * @param window Unix seconds
 * @throws OrreryError
 */
export async function askStakes(orrery: OrreryClient, findings: readonly PlacedFinding[], objects: readonly ConfigObject[], window: { readonly from: number; readonly to: number }, cluster: string | undefined): Promise<PlacedFinding[]> {
  const order: readonly Severity[] = ['error', 'warning', 'info'];
  const asked = findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity)).slice(0, mostFindings);
  const answer = await orrery.post<{ findings: readonly FindingAtStake[] }>('api/v1/findings/at-stake', {
    ...(cluster === undefined ? {} : { cluster }), window, objects: objects.map(({ body }) => body),
    findings: asked.map(({ code, severity, path, object: { group, kind, namespace, name } }) => ({ code, severity, path, object: { group, kind, namespace, name } })),
  });
  const stakes = new Map(asked.map((finding, n) => [finding, answer.findings[n]]));
  return findings.map((finding): PlacedFinding => {
    const atStake = stakes.get(finding);
    return atStake === undefined ? finding : { ...finding, atStake };
  }).sort(byStake);
}

const ranks: readonly FindingRank[] = ['breaking', 'atRisk', 'tidyUp'];

/** By rank, errors, traffic, dependents; what is equal keeps its place. */
function byStake({ atStake: a }: PlacedFinding, { atStake: b }: PlacedFinding): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return ranks.indexOf(a.rank) - ranks.indexOf(b.rank) || b.errorsPerSecond - a.errorsPerSecond || b.requestsPerSecond - a.requestsPerSecond || (b.dependents ?? 0) - (a.dependents ?? 0);
}
