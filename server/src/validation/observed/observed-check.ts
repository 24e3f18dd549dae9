import type { ClusterEvidence } from '../evidence/cluster-evidence.ts';
import type { EvidenceSpan } from '../evidence/evidence.ts';
import type { ConfigObject } from '../model/config-object.ts';
import type { Severity } from '../model/finding.ts';
import type { Kind } from '../model/kinds.ts';
import type { Observation } from '../model/observation.ts';
import type { Mesh } from '../mesh/mesh.ts';

/** What a check is given: the configuration of one cluster and what was observed of it. */
export interface ObservedContext {
  readonly mesh: Mesh;
  /** Of the window that the check needs; it covers it. */
  readonly traffic: ClusterEvidence;
  objects(kind: Kind): readonly ConfigObject[];
  /** True where none of these changed since the window began: what was observed was under this configuration. */
  unchanged(...objects: readonly ConfigObject[]): boolean;
}

/** What a check says beside the numbers; the frame adds the window. */
export type Shown = Omit<Observation, 'from' | 'to' | 'unseen'> & Partial<Pick<Observation, 'from' | 'to' | 'unseen'>>;

/** How a check answers. An object that it neither finds fault with nor leaves undecided is right, as far as was seen. */
export interface Answers {
  /**
   * @param message what is wrong, without numbers that were measured: they change, the fault stays. Names are welcome
   * @param path in the object, as in every finding
   */
  found(object: ConfigObject, path: string, message: string, shown: Shown, severity?: Severity): void;
  /** The evidence does not suffice to judge the object; null where what was seen belongs to no object that is known. @param reason one of few, for it is counted */
  undecided(object: ConfigObject | null, reason: string): void;
  /** True where a sample is as large as the check needs; where it is not, the object is left undecided. */
  suffices(object: ConfigObject, sample: number): boolean;
}

/** A check that holds configuration against telemetry. Pure. */
export interface ObservedCheck {
  /** `observed/<check>`, stable: `checks/<check>.ts`. */
  readonly code: `observed/${string}`;
  readonly severity: Severity;
  /** Kinds of the objects that its findings are about. */
  readonly kinds: readonly Kind[];
  readonly title: string;
  /** What is wrong when it is told. */
  readonly meaning: string;
  /** What to do. */
  readonly remedy: string;
  /** What evidence is enough: data over (most of) the window, and as many observations of each object. */
  readonly needs: { readonly span: EvidenceSpan; readonly sample: number; readonly of: Observation['of'] };
  /** What telemetry cannot show of it, for the documentation. */
  readonly unseen: string;
  /** An example: what is configured, and what is observed that is told and that is not. */
  readonly example: { readonly configured: string; readonly told: string; readonly fine: string };
  readonly run: (context: ObservedContext, answers: Answers) => void;
}

/** p-value at which a check may claim a difference; objects are many and so are windows. */
export const claimedAt = 0.001;

/** True for codes of these checks, whose history is kept by what was observed. */
export function isObserved(code: string): code is ObservedCheck['code'] {
  return code.startsWith('observed/');
}
