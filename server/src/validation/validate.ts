import { catalogue } from './catalogue.ts';
import { runCheck, type Check } from './checks/check.ts';
import type { ConfigObject } from './model/config-object.ts';
import type { Finding } from './model/finding.ts';
import type { Kind } from './model/kinds.ts';
import { defaultSettings, type MeshSettings } from './model/settings.ts';
import { MeshIndex, type Mesh } from './mesh/mesh.ts';
import { providedKeys } from './mesh/provided-keys.ts';

/**
 * Validates the objects of one cluster:
 * 1. the namespaces that exist are collected, for host names are read by them;
 * 2. every object is put into the index under each key that a check can ask for;
 * 3. every check of an object's kind is run on it. A check looks at its object and asks the index for others.
 */
export function validate(objects: readonly ConfigObject[], settings: MeshSettings = defaultSettings): Finding[] {
  const mesh = buildMesh(objects, settings);
  const found: Finding[] = [];
  for (const object of objects) checkObject(object, mesh, found);
  return found;
}

/** The index of these objects. */
export function buildMesh(objects: readonly ConfigObject[], settings: MeshSettings): MeshIndex {
  const mesh = new MeshIndex(settings, namespacesOf(objects, settings));
  for (const object of objects) mesh.add(object, providedKeys(object, mesh));
  return mesh;
}

/** Runs every check of the object’s kind and adds what it finds. */
export function checkObject(object: ConfigObject, mesh: Mesh, found: Finding[]): void {
  for (const check of checksFor(object)) runCheck(check, object, mesh, found);
}

/** Namespaces that the settings name, that exist, or that some object of a known kind is in. */
export function namespacesOf(objects: Iterable<ConfigObject>, settings: MeshSettings): Set<string> {
  const namespaces = new Set(settings.namespaces);
  for (const { type, kind, name, namespace } of objects) {
    if (type === undefined) continue;
    const named = kind === 'Namespace' ? name : namespace;
    if (named !== '') namespaces.add(named);
  }
  return namespaces;
}

const forAny = catalogue.filter(({ kinds }) => kinds === 'any');
const byKind = new Map<Kind, readonly Check[]>();

function checksFor({ type, kindAnswer }: ConfigObject): readonly Check[] {
  if (type === undefined) return kindAnswer.is === 'foreign' ? [] : forAny;
  let checks = byKind.get(type);
  if (checks === undefined) byKind.set(type, checks = catalogue.filter(({ kinds }) => kinds === 'any' || kinds.includes(type)));
  return checks;
}
