import type { ConfigObject } from '../model/config-object.ts';
import type { Finding, Severity } from '../model/finding.ts';
import type { Kind } from '../model/kinds.ts';
import type { Mesh } from '../mesh/mesh.ts';

/** Tells one finding about the object under check; `severity` where it is not the usual one of the check. */
export type Report = (path: string, message: string, severity?: Severity) => void;

/** One rule. Pure: what it says follows from the object and from the keys that it asks the mesh for. */
export interface Check {
  /** `<kind>/<check>`, stable: the path of its file under `checks/`. */
  readonly code: string;
  readonly kiali?: string;
  readonly severity: Severity;
  /** The kinds that it is run on; all that are known with `any`. */
  readonly kinds: readonly Kind[] | 'any';
  readonly title: string;
  /** What breaks. */
  readonly meaning: string;
  /** What to do. */
  readonly remedy: string;
  readonly run: (object: ConfigObject, mesh: Mesh, report: Report) => void;
}

/** So many findings are looked through faster than a set of them is made. */
const few = 16;

/** Runs one check on one object; the same thing said twice of one path is one finding. */
export function runCheck(check: Check, object: ConfigObject, mesh: Mesh, found: Finding[]): void {
  const start = found.length;
  /** Only for who says much: most checks say nothing of most objects. */
  let paths: Set<string> | undefined;
  const { cluster, group, kind, namespace, name } = object;
  check.run(object, mesh, (path, message, severity = check.severity) => {
    if (found.length - start >= few) {
      paths ??= new Set(found.slice(start).map((one) => one.path));
      if (paths.has(path)) return;
      paths.add(path);
    } else {
      for (let n = start; n < found.length; n++) if (found[n]?.path === path) return;
    }
    found.push({ code: check.code, kiali: check.kiali, severity, object: { cluster, group, kind, namespace, name }, path, message, origin: object.origin });
  });
}
