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

/** Entities, and versions of each, that are remembered; those named last. Names and versions are telemetry's own text. */
const mostEntities = 100_000, mostVersions = 50;

/** Remembers the versions of entities, to tell what is new. What there is at first is known, not new: a start is no deploy. */
export class VersionsSeen {
  readonly #known = new Map<string, Map<string, number>>();
  #begun = false;

  /** Takes in what is named at present; gives the versions that are new, in order of their time. */
  take(seen: readonly SeenVersion[]): NewVersion[] {
    const fresh: NewVersion[] = [];
    for (const one of seen.toSorted((a, b) => a.seenAt - b.seenAt || (a.version < b.version ? -1 : 1))) {
      const key = joinFields([one.tenant, one.cluster, one.namespace, one.kind, one.name]);
      const versions = this.#known.get(key) ?? new Map<string, number>();
      if (this.#begun && !versions.has(one.version) && versions.size > 0) fresh.push({ ...one, before: latestOf(versions) });
      putLast(versions, one.version, Math.max(one.seenAt, versions.get(one.version) ?? 0), mostVersions);
      putLast(this.#known, key, versions, mostEntities);
    }
    this.#begun = true;
    return fresh;
  }
}

/** Puts an entry behind all others, and drops the first where there are more than `most`. */
function putLast<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  for (const first of map.keys()) if (map.size > most) map.delete(first); else break;
}

function latestOf(versions: ReadonlyMap<string, number>): string {
  return [...versions].reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && b[0] > a[0]) ? b : a))[0];
}
