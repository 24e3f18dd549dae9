import { ClusterEvidence } from '../evidence/cluster-evidence.ts';
import type { Evidence, EvidenceSpan } from '../evidence/evidence.ts';
import type { ValidatedCluster } from '../findings/validated-cluster.ts';
import type { ConfigObject } from '../model/config-object.ts';
import type { Finding } from '../model/finding.ts';
import { answersOf, countUndecided, nothingGathered, type Undecided } from './answers.ts';
import { observedChecks } from './observed-checks.ts';
import type { ObservedCheck, ObservedContext } from './observed-check.ts';
import { refKey } from './ref-key.ts';

/** What the observed checks say of one cluster. */
export interface ObservedFindings {
  readonly findings: readonly Finding[];
  readonly undecided: readonly Undecided[];
  /** True where nothing was decided of a code and an object (`refKey` of it): what was told of it before is neither confirmed nor gone. */
  readonly isUndecided: (code: string, object: string) => boolean;
}

/** What observed checks of a cluster look at. */
export interface ObservedInput {
  readonly cluster: Pick<ValidatedCluster, 'cluster' | 'mesh'>;
  /** Null where it was not read. */
  readonly evidence: Readonly<Record<EvidenceSpan, Evidence | null>>;
  /** When an object last changed by `refKey`, Unix seconds; undefined = before all that matters here. */
  readonly changedAt: (object: string) => number | undefined;
}

/** Runs every check whose evidence is there; the others leave all of their objects undecided. */
export function runObserved({ cluster: { cluster, mesh }, evidence, changedAt }: ObservedInput, checks: readonly ObservedCheck[] = observedChecks): ObservedFindings {
  const traffic = { short: of(evidence.short, cluster), long: of(evidence.long, cluster) };
  const gathered = nothingGathered(), unread = new Set<string>();
  for (const check of checks) {
    const seen = traffic[check.needs.span], { code } = check;
    const objects = (kind: ObservedCheck['kinds'][number]): readonly ConfigObject[] => mesh.find('kind', kind);
    // The end of a certificate is read, not estimated: one reading is as good as many.
    if (seen === null || (!seen.evidence.covers && check.needs.of !== 'certificates')) {
      const concerned = check.kinds.reduce((sum, kind) => sum + objects(kind).length, 0);
      if (concerned > 0) countUndecided(gathered.counts, { code, reason: seen === null ? 'telemetry was not read' : 'telemetry covers too little of the window', objects: concerned });
      unread.add(code);
      continue;
    }
    const { from, to } = seen.evidence;
    const context: ObservedContext = { mesh, traffic: seen, objects, unchanged: (...list) => list.every((object) => (changedAt(refKey(object)) ?? -Infinity) <= from) };
    check.run(context, answersOf(check, { from, to }, gathered));
  }
  const { findings, counts, open } = gathered;
  return { findings, undecided: [...counts.values()], isUndecided: (code, object) => unread.has(code) || open.has(JSON.stringify([code, object])) };
}

/** The cluster with what was observed among its findings. */
export function addObserved(cluster: ValidatedCluster, { findings }: ObservedFindings): ValidatedCluster {
  return findings.length === 0 ? cluster : { ...cluster, findings: [...cluster.findings, ...findings] };
}

/** What several clusters leave undecided, added up by check and reason; most first. */
export function addUpUndecided(observed: readonly ObservedFindings[]): Undecided[] {
  const counts = new Map<string, Undecided>();
  for (const { undecided } of observed) for (const one of undecided) countUndecided(counts, one);
  return [...counts.values()].sort((a, b) => b.objects - a.objects || (a.code < b.code ? -1 : 1));
}

function of(evidence: Evidence | null, cluster: string): ClusterEvidence | null {
  return evidence && new ClusterEvidence(evidence, cluster);
}
