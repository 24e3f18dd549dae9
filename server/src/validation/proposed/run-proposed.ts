import { isDeepStrictEqual } from 'node:util';
import { ClusterEvidence } from '../evidence/cluster-evidence.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { compareFindings } from '../findings/compare-findings.ts';
import type { ValidatedCluster } from '../findings/validated-cluster.ts';
import type { Mesh } from '../mesh/mesh.ts';
import type { ConfigObject } from '../model/config-object.ts';
import type { Finding } from '../model/finding.ts';
import { answersOf, nothingGathered, type Undecided } from '../observed/answers.ts';
import { authorizationRuleUnused } from '../observed/checks/authorization-rule-unused.ts';
import { circuitBreakerNever } from '../observed/checks/circuit-breaker-never.ts';
import { permissiveCouldBeStrict } from '../observed/checks/permissive-could-be-strict.ts';
import { portProtocol } from '../observed/checks/port-protocol.ts';
import type { ObservedCheck } from '../observed/observed-check.ts';
import { runObserved } from '../observed/run-observed.ts';
import type { ProposedContext } from './proposed-check.ts';
import { proposedChecks } from './proposed-checks.ts';

/** Observed checks whose question traffic answers whatever was in force: they are asked of the cluster as it would be, too. */
export const askedBeforehand: readonly ObservedCheck[] = [authorizationRuleUnused, circuitBreakerNever, permissiveCouldBeStrict, portProtocol];

/** A change, and the traffic that it would meet. */
export interface ProposedInput {
  /** The cluster as it stood and as it would be. */
  readonly before: Pick<ValidatedCluster, 'cluster' | 'mesh' | 'byRef'>;
  readonly after: Pick<ValidatedCluster, 'cluster' | 'mesh'>;
  /** What was observed while `before` stood. */
  readonly evidence: Evidence;
}

/** What the change would do to that traffic. */
export interface ProposedFindings {
  /** What the change causes. */
  readonly findings: readonly Finding[];
  readonly undecided: readonly Undecided[];
}

/** What a change would do to the traffic of a window. Pure. */
export function runProposed({ before, after, evidence }: ProposedInput): ProposedFindings {
  const standing = (object: ConfigObject): ConfigObject | undefined => before.byRef(object);
  const context: ProposedContext = {
    before: before.mesh, after: after.mesh, traffic: new ClusterEvidence(evidence, after.cluster), objects: (kind) => after.mesh.find('kind', kind),
    standing, isProposed: (object) => !isDeepStrictEqual(standing(object)?.spec, object.spec),
  };
  const gathered = nothingGathered(), window = { from: evidence.from, to: evidence.to };
  for (const check of proposedChecks) check.run(context, answersOf(check, window, gathered));
  const asked = (cluster: string, mesh: Mesh): ReturnType<typeof runObserved> => runObserved({ cluster: { cluster, mesh }, evidence: { short: evidence, long: evidence }, changedAt: () => undefined }, askedBeforehand);
  const now = asked(before.cluster, before.mesh), then = asked(after.cluster, after.mesh);
  const { caused } = compareFindings(now.findings, then.findings);
  return { findings: [...gathered.findings, ...caused], undecided: [...gathered.counts.values()] };
}
