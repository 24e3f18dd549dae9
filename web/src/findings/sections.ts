import type { FindingRank, FindingRoot, FindingRow } from '../graphql/findings.ts';

export const ranks: readonly FindingRank[] = ['breaking', 'atRisk', 'tidyUp'];

export const rankWords: Readonly<Record<FindingRank, string>> = { breaking: 'Breaking traffic now', atRisk: 'At risk', tidyUp: 'Tidy up' };

/** Findings that one change mends. */
export interface RootGroup { readonly root: FindingRoot; readonly findings: readonly FindingRow[] }

export interface Section { readonly rank: FindingRank; readonly groups: readonly RootGroup[] }

/** The list as it is shown: by rank, then those of one root together at the place of the gravest; else in the order of the server. */
export function sectionsOf(findings: readonly FindingRow[]): Section[] {
  const byRank = Map.groupBy(findings, ({ rank }) => rank);
  return ranks.filter((rank) => byRank.has(rank)).map((rank) => ({
    rank, groups: [...Map.groupBy(byRank.get(rank)!, ({ root }) => root.key).values()].map((members) => ({ root: members[0]!.root, findings: members })),
  }));
}

/** Ids in the order in which they stand on the page. */
export function inOrder(sections: readonly Section[]): string[] {
  return sections.flatMap(({ groups }) => groups.flatMap(({ findings }) => findings.map(({ id }) => id)));
}

/** The neighbour of a row, `by` rows further; the first one where nothing is at the cursor, the outermost at the end. */
export function stepFrom(ids: readonly string[], at: string, by: number): string | undefined {
  const index = ids.indexOf(at);
  return index < 0 ? ids[0] : ids[Math.min(ids.length - 1, Math.max(0, index + by))];
}
