import type { Operation } from './request.ts';

export type FindingSeverity = 'error' | 'warning' | 'info';
export type FindingRank = 'breaking' | 'atRisk' | 'tidyUp';

export interface ConfigObjectRef { readonly cluster: string; readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string }

/** Per second: requests, or connections where nobody counts requests. */
export interface TrafficAtStake { readonly requestsPerSecond: number; readonly errorsPerSecond: number; readonly flaggedPerSecond: number; readonly dependents: number | null; readonly entryPoints: number | null }

export interface FindingRoot { readonly key: string; readonly kind: string; readonly name: string; readonly findings: number }

/** `until` in Unix seconds. */
export interface FindingSuppression { readonly owner: string; readonly reason: string; readonly until: number; readonly by: 'annotation' | 'file' }

/** A stretch of time in which a finding stood, Unix seconds. */
export interface FindingSpell {
  readonly finding: string;
  readonly cameAt: number;
  /** null = it stands. */
  readonly wentAt: number | null;
  readonly code: string;
  readonly severity: FindingSeverity;
  readonly object: ConfigObjectRef;
  readonly path: string;
  readonly message: string;
}

export interface YamlExcerpt { readonly firstLine: number; readonly lines: readonly string[]; readonly from: number; readonly to: number; readonly truncated: boolean }

/** Shares are 0 to 1; `low` and `high` bound `observed` with 95 % confidence. */
export interface FindingMeasure { readonly name: string; readonly unit: string; readonly observed: number; readonly configured: number | null; readonly low: number | null; readonly high: number | null }

export interface FindingEvidence {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly sample: number;
  readonly of: string;
  readonly measures: readonly FindingMeasure[];
  readonly pValue: number | null;
  readonly unseen: readonly string[];
}

/** A finding as lists show it. */
export interface FindingRow {
  readonly id: string;
  readonly code: string;
  readonly kiali: string | null;
  readonly severity: FindingSeverity;
  readonly rank: FindingRank;
  readonly object: ConfigObjectRef;
  readonly path: string;
  readonly message: string;
  readonly title: string;
  readonly totalEdges: number;
  readonly atStake: TrafficAtStake;
  readonly root: FindingRoot;
  readonly suppressed: FindingSuppression | null;
  readonly firstSeen: number | null;
}

/** How a check is shown by example, by the documentation. */
export interface CheckExample { readonly title: string; readonly text: string; readonly isYaml: boolean }

export interface FindingDetail extends FindingRow {
  readonly meaning: string;
  readonly remedy: string;
  readonly docs: string | null;
  readonly examples: readonly CheckExample[];
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
  readonly totalNodes: number;
  readonly history: readonly FindingSpell[];
  readonly excerpt: YamlExcerpt | null;
  readonly evidence: FindingEvidence | null;
}

/** A finding as the graph marks it: at most 200 nodes and edges. */
export interface FindingMark { readonly id: string; readonly severity: FindingSeverity; readonly rank: FindingRank; readonly title: string; readonly nodes: readonly string[]; readonly edges: readonly string[]; readonly totalEdges: number }

export interface FindingCount { readonly code: string; readonly severity: FindingSeverity; readonly count: number }

/** Why a check of configuration against telemetry said nothing. */
export interface FindingsUndecided { readonly code: string; readonly reason: string; readonly objects: number }

export interface FindingsPage {
  readonly items: readonly FindingRow[];
  readonly total: number;
  readonly breaking: number;
  readonly atRisk: number;
  readonly tidyUp: number;
  readonly suppressed: number;
  readonly objects: number;
  readonly configured: boolean;
  readonly undecided: readonly FindingsUndecided[];
  /** True where telemetry is still being read: what it shows is not among the findings yet. */
  readonly pending: boolean;
  readonly partial: readonly string[];
}

/** What filters choose from: `items` tell of all namespaces unless `truncated`, `codes` of those asked for. */
export interface FindingFacets {
  readonly all: { readonly truncated: boolean; readonly items: readonly { readonly code: string; readonly severity: FindingSeverity; readonly object: { readonly namespace: string } }[] };
  readonly scoped: { readonly codes: readonly FindingCount[] };
}

export interface FindingsInput {
  readonly type: string;
  readonly window: { readonly from?: number; readonly to?: number };
  readonly namespaces?: readonly string[];
  readonly severities?: readonly FindingSeverity[];
  readonly codes?: readonly string[];
  readonly text?: string;
  readonly node?: string;
  readonly edge?: string;
  readonly suppressed?: boolean;
  readonly ranks?: readonly FindingRank[];
  readonly first?: number;
  readonly offset?: number;
  /** How long the answer may wait for telemetry, 0 to 30. */
  readonly waitSeconds?: number;
}

const object = 'object { cluster group kind namespace name }';
const suppressed = 'suppressed { owner reason until by }';
const spell = `finding cameAt wentAt code severity ${object} path message`;
const row = `id code kiali severity rank ${object} path message title totalEdges atStake { requestsPerSecond errorsPerSecond flaggedPerSecond dependents entryPoints } root { key kind name findings } ${suppressed} firstSeen`;

export const findingsQuery: Operation<{ input: FindingsInput }, { findings: FindingsPage }> = {
  document: `query Findings($input: FindingsInput) { findings(input: $input) { items { ${row} }
    total breaking atRisk tidyUp suppressed objects configured undecided { code reason objects } pending partial } }`,
};

export const findingFacetsQuery: Operation<{ all: FindingsInput; scoped: FindingsInput }, FindingFacets> = {
  document: `query FindingFacets($all: FindingsInput, $scoped: FindingsInput) {
    all: findings(input: $all) { truncated items { code severity object { namespace } } } scoped: findings(input: $scoped) { codes { code severity count } } }`,
};

export const findingMarksQuery: Operation<{ input: FindingsInput; count: FindingsInput }, { findings: { readonly items: readonly FindingMark[] }; count: { readonly total: number; readonly breaking: number; readonly pending: boolean } }> = {
  document: `query FindingMarks($input: FindingsInput, $count: FindingsInput) {
    findings(input: $input) { items { id severity rank title nodes edges totalEdges } } count: findings(input: $count) { total breaking pending } }`,
};

export const findingQuery: Operation<{ id: string; type: string; window: FindingsInput['window'] }, { finding: FindingDetail | null }> = {
  document: `query Finding($id: ID!, $type: GraphType, $window: WindowInput) { finding(id: $id, type: $type, window: $window) { ${row}
    meaning remedy docs examples { title text isYaml } nodes edges totalNodes history { ${spell} } excerpt { firstLine lines from to truncated }
    evidence { text from to sample of measures { name unit observed configured low high } pValue unseen } } }`,
};

export const findingHistoryQuery: Operation<{ window: FindingsInput['window']; finding: string | null; limit: number }, { findingHistory: readonly FindingSpell[] }> = {
  document: `query FindingHistory($window: WindowInput, $finding: ID, $limit: Int!) { findingHistory(window: $window, finding: $finding, limit: $limit) { ${spell} } }`,
};
