/** What can be wrong with the data behind a graph, the gravest first. */
export const QualityKind = {
  failingSource: 'failingSource', staleSource: 'staleSource', lostData: 'lostData', disagreement: 'disagreement', clockSkew: 'clockSkew', untraced: 'untraced',
  lateData: 'lateData', unresolved: 'unresolved', unattributed: 'unattributed', unnamed: 'unnamed', oneSided: 'oneSided', weak: 'weak', sampled: 'sampled',
} as const;
export type QualityKind = (typeof QualityKind)[keyof typeof QualityKind];

/** One case: an edge, a node or a source, as ids of the graph where it is in it. */
export interface QualitySample {
  readonly edge: string | null;
  readonly node: string | null;
  readonly subject: string;
  readonly text: string;
  /** In the issue's unit; what samples are ordered by. */
  readonly value: number;
}

/** One way in which data is worse than it could be: how much of it, with examples. */
export interface QualityIssue {
  readonly kind: QualityKind;
  readonly count: number;
  readonly unit: string;
  readonly text: string;
  /** The largest value first. */
  readonly samples: readonly QualitySample[];
}

const order = Object.keys(QualityKind);

/** Cuts samples to the largest, leaves out what was not found, and puts the gravest kinds first. */
export function ranked(issues: readonly QualityIssue[], samples: number): QualityIssue[] {
  return issues.filter(({ count }) => count > 0)
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
    .map((issue) => ({ ...issue, samples: [...issue.samples].sort((a, b) => b.value - a.value || (a.subject < b.subject ? -1 : 1)).slice(0, samples) }));
}
