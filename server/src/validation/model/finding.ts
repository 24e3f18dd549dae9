import type { ObjectRef, Origin } from './config-object.ts';
import type { Observation } from './observation.ts';

/** `info` is what Kiali calls `unknown`: true, and possibly meant. */
export type Severity = 'error' | 'warning' | 'info';

/** One thing that is wrong with one object. */
export interface Finding {
  /** Stable code, `<kind>/<check>`: the file of the check under `checks/`, and its anchor in the documentation. */
  readonly code: string;
  /** Code of the same rule in Kiali, where it has one. */
  readonly kiali: string | undefined;
  readonly severity: Severity;
  readonly object: ObjectRef;
  /** Path in the object as Kiali writes it, `spec/http[0]/route[1]/destination/host`; empty for the object as a whole. */
  readonly path: string;
  /** What is wrong here, with the names that are involved. Holds text from the object: escape it where it is shown. */
  readonly message: string;
  /** Where the object was read, if from a file. */
  readonly origin: Origin | undefined;
  /** What telemetry showed, of checks that hold configuration against it. */
  readonly observation?: Observation;
}
