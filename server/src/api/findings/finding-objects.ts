import { catalogue } from '../../validation/catalogue.ts';
import { excerptOf, type YamlExcerpt } from '../../validation/findings/excerpt.ts';
import type { JudgedFinding } from '../../validation/findings/judge-findings.ts';
import type { FindingRank } from '../../validation/findings/rank.ts';
import type { Root } from '../../validation/findings/root.ts';
import type { FindingSpell } from '../../validation/findings/spell.ts';
import { suppressionChecks } from '../../validation/findings/suppress.ts';
import type { ConfigObject, ObjectRef } from '../../validation/model/config-object.ts';
import type { Severity } from '../../validation/model/finding.ts';
import type { Observation } from '../../validation/model/observation.ts';
import { evidenceText } from '../../validation/observed/evidence-text.ts';
import { observedChecks } from '../../validation/observed/observed-checks.ts';
import { checkExamples, type CheckExample } from './check-examples.ts';
import type { DescribedCheck } from '../../validation/render/report.ts';

/** `FindingSpell` of the schema; times in Unix seconds. */
export interface SpellObject extends Omit<FindingSpell, 'cameMs' | 'wentMs'> {
  readonly cameAt: number;
  readonly wentAt: number | null;
}

/** `Finding` of the schema. */
export interface FindingObject {
  readonly id: string;
  readonly code: string;
  readonly kiali: string | null;
  readonly severity: Severity;
  readonly rank: FindingRank;
  readonly object: ObjectRef;
  readonly path: string;
  readonly message: string;
  readonly title: string;
  readonly meaning: string;
  readonly remedy: string;
  readonly docs: string | null;
  /** Read where it is asked for. */
  readonly examples: () => Promise<readonly CheckExample[]>;
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
  readonly totalNodes: number;
  readonly totalEdges: number;
  readonly atStake: { readonly requestsPerSecond: number; readonly errorsPerSecond: number; readonly flaggedPerSecond: number; readonly dependents: number | null; readonly entryPoints: number | null };
  readonly root: Root & { readonly findings: number };
  readonly suppressed: { readonly owner: string; readonly reason: string; readonly until: number; readonly by: 'annotation' | 'file' } | null;
  readonly firstSeen: number | null;
  readonly history: readonly SpellObject[];
  readonly excerpt: YamlExcerpt | null;
  readonly evidence: EvidenceObject | null;
}

/** `FindingEvidence` of the schema. */
export interface EvidenceObject extends Omit<Observation, 'edgeIds' | 'measures'> {
  readonly text: string;
  readonly measures: readonly { readonly name: string; readonly unit: string; readonly observed: number; readonly configured: number | null; readonly low: number | null; readonly high: number | null }[];
}

const mostIds = 200;
const described = new Map<string, DescribedCheck>([...catalogue, ...observedChecks, ...Object.values(suppressionChecks)].map((check) => [check.code, check]));
const documented = new Set<string>([...catalogue, ...observedChecks].map(({ code }) => code));

/** @param spells of this finding, newest first; @param roots how many findings have each root */
export function findingObject({ id, finding, nodes, edges, stake, rank, dependents, root, suppressed }: JudgedFinding, object: ConfigObject | undefined, spells: readonly FindingSpell[], roots: ReadonlyMap<string, number>, atMs: number): FindingObject {
  const { code, kiali, severity, path, message } = finding, check = described.get(code);
  const { requestsPerSecond, errorsPerSecond, flaggedPerSecond } = stake;
  const docs = documented.has(code) ? `checks/${code}.md` : null;
  const standing = spells.find(({ wentMs }) => wentMs === null || wentMs > atMs);
  return {
    id, code, kiali: kiali ?? null, severity, rank, object: finding.object, path, message,
    title: check?.title ?? code, meaning: check?.meaning ?? '', remedy: check?.remedy ?? '', docs, examples: () => (docs === null ? Promise.resolve([]) : checkExamples(docs)),
    nodes: nodes.slice(0, mostIds), edges: edges.slice(0, mostIds).map((edge) => edge.id), totalNodes: nodes.length, totalEdges: edges.length,
    atStake: { requestsPerSecond, errorsPerSecond, flaggedPerSecond, dependents: dependents?.dependents ?? null, entryPoints: dependents?.entryPoints ?? null },
    root: { ...root, findings: roots.get(root.key) ?? 1 },
    suppressed: suppressed && { owner: suppressed.owner, reason: suppressed.reason, until: suppressed.untilMs / 1000, by: suppressed.by },
    firstSeen: standing ? standing.cameMs / 1000 : null,
    history: spells.map(spellObject),
    excerpt: object ? excerptOf(object, path) : null,
    evidence: finding.observation ? evidenceObject(finding.observation) : null,
  };
}

function evidenceObject(observation: Observation): EvidenceObject {
  const { edgeIds: _, measures, ...rest } = observation;
  return {
    ...rest, text: evidenceText(observation),
    measures: measures.map(({ interval, ...measure }) => ({ ...measure, low: interval?.[0] ?? null, high: interval?.[1] ?? null })),
  };
}

/** Times become Unix seconds; `wentAt` is null while the finding stands. */
export function spellObject({ cameMs, wentMs, ...spell }: FindingSpell): SpellObject {
  return { ...spell, cameAt: cameMs / 1000, wentAt: wentMs === null ? null : wentMs / 1000 };
}
