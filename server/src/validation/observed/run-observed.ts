import { ClusterEvidence } from '../evidence/cluster-evidence.ts';
import type { Evidence, EvidenceSpan } from '../evidence/evidence.ts';
import type { ValidatedCluster } from '../findings/validated-cluster.ts';
import type { ConfigObject } from '../model/config-object.ts';
import type { Finding } from '../model/finding.ts';
import { observedChecks } from './observed-checks.ts';
import type { Answers, ObservedCheck, ObservedContext } from './observed-check.ts';
import { refKey } from './ref-key.ts';

/** What could not be judged, and why: how many objects of each reason. */
export interface Undecided {
  readonly code: string;
  readonly reason: string;
  readonly objects: number;
}

/** What the observed checks say of one cluster. */
export interface ObservedFindings {
  readonly findings: readonly Finding[];
  readonly undecided: readonly Undecided[];
  /** True where nothing was decided of a code and an object (`refKey` of it): what was told of it before is neither confirmed nor gone. */
  readonly isUndecided: (code: string, object: string) => boolean;
}

export interface ObservedInput {
  readonly cluster: Pick<ValidatedCluster, 'cluster' | 'mesh'>;
  /** Null where it was not read. */
  readonly evidence: Readonly<Record<EvidenceSpan, Evidence | null>>;
  /** When an object last changed by `refKey`, Unix seconds; undefined = before all that matters here. */
  readonly changedAt: (object: string) => number | undefined;
}

/** Findings of one check and cluster: beyond, a check says nothing new. */
const mostFindings = 1_000;

/** Runs every check whose evidence is there; the others leave all of their objects undecided. */
export function runObserved({ cluster: { cluster, mesh }, evidence, changedAt }: ObservedInput, checks: readonly ObservedCheck[] = observedChecks): ObservedFindings {
  const traffic = { short: of(evidence.short, cluster), long: of(evidence.long, cluster) };
  const findings: Finding[] = [], counts = new Map<string, Undecided>(), open = new Set<string>(), unread = new Set<string>();
  for (const check of checks) {
    const seen = traffic[check.needs.span], { code } = check;
    const undecided = (object: ConfigObject | null, reason: string): void => {
      const key = object && JSON.stringify([code, refKey(object)]);
      if (key !== null && open.has(key)) return;
      if (key !== null) open.add(key);
      count(counts, code, reason, 1);
    };
    const objects = (kind: ObservedCheck['kinds'][number]): readonly ConfigObject[] => mesh.find('kind', kind);
    if (seen === null || !seen.evidence.covers) {
      const concerned = check.kinds.reduce((sum, kind) => sum + objects(kind).length, 0);
      if (concerned > 0) count(counts, code, seen === null ? 'telemetry was not read' : 'telemetry covers too little of the window', concerned);
      unread.add(code);
      continue;
    }
    const { from, to } = seen.evidence, start = findings.length;
    const context: ObservedContext = { mesh, traffic: seen, objects, unchanged: (...list) => list.every((object) => (changedAt(refKey(object)) ?? -Infinity) <= from) };
    const answers: Answers = {
      undecided,
      suffices(object, sample) {
        const enough = sample >= check.needs.sample;
        if (!enough) undecided(object, `fewer than ${check.needs.sample} ${check.needs.of}`);
        return enough;
      },
      found(object, path, message, shown, severity = check.severity) {
        if (findings.length - start >= mostFindings) return;
        for (let n = start; n < findings.length; n++) if (findings[n]!.path === path && refKey(findings[n]!.object) === refKey(object)) return;
        const { group, kind, namespace, name, origin } = object;
        findings.push({ code, kiali: undefined, severity, object: { cluster: object.cluster, group, kind, namespace, name }, path, message, origin, observation: { from, to, unseen: [], ...shown } });
      },
    };
    check.run(context, answers);
  }
  return { findings, undecided: [...counts.values()], isUndecided: (code, object) => unread.has(code) || open.has(JSON.stringify([code, object])) };
}

/** The cluster with what was observed among its findings. */
export function addObserved(cluster: ValidatedCluster, { findings }: ObservedFindings): ValidatedCluster {
  return findings.length === 0 ? cluster : { ...cluster, findings: [...cluster.findings, ...findings] };
}

/** What several clusters leave undecided, added up by check and reason; most first. */
export function addUpUndecided(observed: readonly ObservedFindings[]): Undecided[] {
  const counts = new Map<string, Undecided>();
  for (const { undecided } of observed) for (const { code, reason, objects } of undecided) count(counts, code, reason, objects);
  return [...counts.values()].sort((a, b) => b.objects - a.objects || (a.code < b.code ? -1 : 1));
}

function of(evidence: Evidence | null, cluster: string): ClusterEvidence | null {
  return evidence && new ClusterEvidence(evidence, cluster);
}

function count(counts: Map<string, Undecided>, code: string, reason: string, objects: number): void {
  const key = JSON.stringify([code, reason]);
  counts.set(key, { code, reason, objects: (counts.get(key)?.objects ?? 0) + objects });
}
