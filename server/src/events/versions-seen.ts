import { joinFields, type Entity } from '@orrery/collectors/model/entity';

/** A version of an entity as edges name it. */
export interface SeenVersion extends Pick<Entity, 'cluster' | 'namespace' | 'kind' | 'name' | 'version'> {
  readonly tenant: string;
  /** Unix seconds when an edge was last named with it. */
  readonly seenAt: number;
}

/** A version that an entity had never had while another one was known. */
export interface NewVersion extends SeenVersion {
  /** The other version seen last. */
  readonly before: string;
}

/** Remembers the versions of entities, to tell what is new. What there is at first is known, not new: a start is no deploy. */
export class VersionsSeen {
  readonly #known = new Map<string, Map<string, number>>();
  #begun = false;

  /** Takes in what is named at present; gives the versions that are new, in order of their time. */
  take(seen: readonly SeenVersion[]): NewVersion[] {
    const fresh: NewVersion[] = [];
    for (const one of seen.toSorted((a, b) => a.seenAt - b.seenAt || (a.version < b.version ? -1 : 1))) {
      const key = joinFields([one.tenant, one.cluster, one.namespace, one.kind, one.name]);
      let versions = this.#known.get(key);
      if (!versions) this.#known.set(key, (versions = new Map()));
      if (this.#begun && !versions.has(one.version) && versions.size > 0) fresh.push({ ...one, before: latestOf(versions) });
      versions.set(one.version, Math.max(one.seenAt, versions.get(one.version) ?? 0));
    }
    this.#begun = true;
    return fresh;
  }
}

function latestOf(versions: ReadonlyMap<string, number>): string {
  return [...versions].reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && b[0] > a[0]) ? b : a))[0];
}
