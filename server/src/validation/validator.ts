import type { ConfigObject } from './model/config-object.ts';
import type { Finding } from './model/finding.ts';
import { defaultSettings, type MeshSettings } from './model/settings.ts';
import { MeshIndex } from './mesh/mesh.ts';
import { providedKeys } from './mesh/provided-keys.ts';
import { checkObject, namespacesOf } from './validate.ts';

/** A key of the index and the objects whose checks asked for it. */
interface Subscription {
  readonly key: string;
  readonly readers: Set<Entry>;
}

/** What is known of one object between changes. */
interface Entry {
  readonly object: ConfigObject;
  readonly provides: ReadonlySet<string>;
  reads: readonly Subscription[];
  findings: readonly Finding[];
}

/** What a change did: the objects that were checked again, and the findings that came and went. */
export interface Revalidation {
  readonly checked: number;
  readonly appeared: readonly Finding[];
  readonly gone: readonly Finding[];
}

/**
 * Validates the objects of one cluster as they change. Each check is remembered by the keys that it asked the index for;
 * a changed object touches the keys that it provides, before and after, and their readers alone are checked again.
 * Objects are told apart by their id: of two with the same id the last stands.
 */
export class Validator {
  readonly #settings: MeshSettings;
  readonly #entries = new Map<string, Entry>();
  readonly #subscriptions = new Map<string, Subscription>();
  #mesh: MeshIndex;

  constructor(objects: Iterable<ConfigObject>, settings: MeshSettings = defaultSettings) {
    this.#settings = settings;
    this.#mesh = this.#load(new Map([...objects].map((object) => [object.id, object])).values().toArray());
  }

  get size(): number {
    return this.#entries.size;
  }

  *findings(): Generator<Finding> {
    for (const { findings } of this.#entries.values()) yield* findings;
  }

  /** Takes in objects that are new or changed, and drops those of `removed` ids. */
  apply(changed: readonly ConfigObject[], removed: readonly string[] = []): Revalidation {
    const touched = new Set<string>(), before = new Map<Entry, readonly Finding[]>();
    const forget = (id: string): void => {
      const entry = this.#entries.get(id);
      if (entry === undefined) return;
      for (const key of entry.provides) touched.add(key);
      before.set(entry, entry.findings);
      this.#drop(entry);
    };
    for (const id of removed) forget(id);
    const added: Entry[] = [];
    for (const object of changed) {
      forget(object.id);
      const entry = this.#add(object);
      for (const key of entry.provides) touched.add(key);
      added.push(entry);
    }
    if (this.#namespacesChanged()) return this.#reload(before);
    const stale = new Set<Entry>(added);
    for (const key of touched) for (const reader of this.#subscriptions.get(key)?.readers ?? []) stale.add(reader);
    for (const entry of stale) {
      if (!before.has(entry)) before.set(entry, entry.findings);
      this.#check(entry);
    }
    return differences(before.values().toArray().flat(), [...stale].flatMap(({ findings }) => findings), stale.size);
  }

  /** What `apply` would do; nothing is changed by it. */
  consider(changed: readonly ConfigObject[], removed: readonly string[] = []): Revalidation {
    const before = [...changed.map(({ id }) => id), ...removed].flatMap((id) => this.#entries.get(id)?.object ?? []);
    const known = new Set(before.map(({ id }) => id)), result = this.apply(changed, removed);
    this.apply(before, changed.map(({ id }) => id).filter((id) => !known.has(id)));
    return result;
  }

  #load(objects: readonly ConfigObject[]): MeshIndex {
    this.#entries.clear();
    this.#subscriptions.clear();
    this.#mesh = new MeshIndex(this.#settings, namespacesOf(objects, this.#settings));
    for (const object of objects) this.#add(object);
    for (const entry of this.#entries.values()) this.#check(entry);
    return this.#mesh;
  }

  /** Host names are read by the namespaces that exist: when one comes or goes, all is read anew. */
  #reload(before: ReadonlyMap<Entry, readonly Finding[]>): Revalidation {
    const gone = new Set([...before.values()].flat());
    for (const finding of this.findings()) gone.add(finding);
    this.#load([...this.#entries.values()].map(({ object }) => object));
    return differences([...gone], [...this.findings()], this.size);
  }

  #namespacesChanged(): boolean {
    const namespaces = namespacesOf(this.#entries.values().map(({ object }) => object), this.#settings);
    return namespaces.size !== this.#mesh.namespaces.size || !namespaces.isSubsetOf(this.#mesh.namespaces);
  }

  #add(object: ConfigObject): Entry {
    const entry: Entry = { object, provides: providedKeys(object, this.#mesh), reads: [], findings: [] };
    this.#entries.set(object.id, entry);
    this.#mesh.add(object, entry.provides);
    return entry;
  }

  #drop(entry: Entry): void {
    this.#entries.delete(entry.object.id);
    this.#mesh.remove(entry.object, entry.provides);
    this.#unsubscribe(entry);
  }

  #check(entry: Entry): void {
    const findings: Finding[] = [];
    const asked = this.#mesh.tracked(() => checkObject(entry.object, this.#mesh, findings));
    this.#unsubscribe(entry);
    entry.findings = findings;
    entry.reads = asked.values().map((key) => this.#subscribe(key, entry)).toArray();
  }

  #subscribe(key: string, reader: Entry): Subscription {
    let subscription = this.#subscriptions.get(key);
    if (subscription === undefined) this.#subscriptions.set(key, subscription = { key, readers: new Set() });
    subscription.readers.add(reader);
    return subscription;
  }

  #unsubscribe(entry: Entry): void {
    for (const { key, readers } of entry.reads) {
      readers.delete(entry);
      if (readers.size === 0) this.#subscriptions.delete(key);
    }
    entry.reads = [];
  }
}

function differences(before: readonly Finding[], after: readonly Finding[], checked: number): Revalidation {
  const old = new Set(before.map(identity)), now = new Set(after.map(identity));
  return { checked, appeared: after.filter((finding) => !old.has(identity(finding))), gone: before.filter((finding) => !now.has(identity(finding))) };
}

function identity({ code, severity, object: { group, kind, namespace, name }, path, message }: Finding): string {
  return JSON.stringify([code, severity, group, kind, namespace, name, path, message]);
}
