import type { ClusterEvidence } from '../evidence/cluster-evidence.ts';
import type { Mesh } from '../mesh/mesh.ts';
import type { ConfigObject } from '../model/config-object.ts';
import type { Kind } from '../model/kinds.ts';
import type { Answers, ObservedCheck } from '../observed/observed-check.ts';

/** What a check of proposed configuration is given: the cluster as it stood and as it would be, and the traffic of a window. */
export interface ProposedContext {
  readonly before: Mesh;
  readonly after: Mesh;
  readonly traffic: ClusterEvidence;
  /** Objects as they would be. */
  objects(kind: Kind): readonly ConfigObject[];
  /** The object that one would take the place of; undefined where there is none. */
  standing(object: ConfigObject): ConfigObject | undefined;
  /** True where it is new, or says something else than the one that stands. */
  isProposed(object: ConfigObject): boolean;
}

/**
 * A check of configuration that is not applied: what would it do to the traffic of a window. It tells only what the change
 * does; what stands and stays is for the observed checks. Pure.
 */
export interface ProposedCheck extends Pick<ObservedCheck, 'severity' | 'kinds' | 'title' | 'meaning' | 'remedy' | 'unseen' | 'example'> {
  /** `proposed/<check>`, stable: `checks/<check>.ts`. */
  readonly code: `proposed/${string}`;
  /** As many observations of each object are enough. */
  readonly needs: Pick<ObservedCheck['needs'], 'sample' | 'of'>;
  readonly run: (context: ProposedContext, answers: Answers) => void;
}
