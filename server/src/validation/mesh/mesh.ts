import type { ConfigObject } from '../model/config-object.ts';
import type { MeshSettings } from '../model/settings.ts';
import { precedence } from './precedence.ts';

/** Under what objects are found; `<topic>|<key>` makes one key. Who provides which is in `provided-keys.ts`. */
export type Topic =
  | 'kind' | 'kind-in' | 'id' | 'service' | 'service-host' | 'entry-host' | 'entry-under' | 'workload-label' | 'pod-label' | 'app'
  | 'rule-host' | 'rule-under' | 'virtual-host' | 'virtual-under' | 'virtual-route' | 'gateway' | 'gateway-port' | 'waypoint'
  | 'principal' | 'listener' | 'gateway-address' | 'entry-port' | 'group-labels' | 'class'
  | 'mesh-config' | 'linkerd-profile' | 'route-parent' | 'consul-entry' | 'consul-service' | 'consul-subset'
  | 'kuma-service' | 'kuma-in-mesh' | 'kuma-target' | 'gateway-route' | 'traefik-match';

/**
 * The objects of one cluster, found by what they provide. A check that asks for a key depends on that key alone:
 * when an object that provides it changes, the object under check is checked again.
 */
export interface Mesh {
  readonly settings: MeshSettings;
  /** Namespaces that exist: by a Namespace object, by an object in them, or by the settings. */
  readonly namespaces: ReadonlySet<string>;
  /** By precedence, the first that counts first, in whatever order they came. */
  find(topic: Topic, key: string): readonly ConfigObject[];
}

const none: readonly ConfigObject[] = Object.freeze([]);

/** The index behind a mesh, which objects can be added to and taken from. */
export class MeshIndex implements Mesh {
  readonly settings: MeshSettings;
  readonly namespaces: ReadonlySet<string>;
  readonly #provided = new Map<string, ConfigObject[]>();
  readonly #places = new Map<ConfigObject, string>();
  /** Keys that were asked for. Only their objects are kept in order: most are never asked for while a mesh is loaded. */
  readonly #sorted = new Set<string>();
  #reads: Set<string> | undefined;

  constructor(settings: MeshSettings, namespaces: ReadonlySet<string>) {
    this.settings = settings;
    this.namespaces = namespaces;
  }

  add(object: ConfigObject, keys: ReadonlySet<string>): void {
    this.#places.set(object, precedence(object));
    for (const key of keys) {
      const others = this.#provided.get(key);
      if (others === undefined) this.#provided.set(key, [object]);
      else if (this.#sorted.has(key)) others.splice(this.#indexFor(object, others), 0, object);
      else others.push(object);
    }
  }

  remove(object: ConfigObject, keys: ReadonlySet<string>): void {
    this.#places.delete(object);
    for (const key of keys) {
      const left = this.#provided.get(key)?.filter((other) => other !== object) ?? [];
      if (left.length > 0) this.#provided.set(key, left);
      else {
        this.#provided.delete(key);
        this.#sorted.delete(key);
      }
    }
  }

  find(topic: Topic, key: string): readonly ConfigObject[] {
    const asked = keyOf(topic, key);
    this.#reads?.add(asked);
    const found = this.#provided.get(asked);
    if (found === undefined) return none;
    if (!this.#sorted.has(asked)) {
      found.sort((a, b) => this.#compare(a, b));
      this.#sorted.add(asked);
    }
    return found;
  }

  /** Where an object goes among others that are in order: after its equals. */
  #indexFor(object: ConfigObject, others: readonly ConfigObject[]): number {
    let low = 0, high = others.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(others[middle]!, object) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compare(a: ConfigObject, b: ConfigObject): number {
    const one = this.#places.get(a) ?? '', other = this.#places.get(b) ?? '';
    return one < other ? -1 : one > other ? 1 : 0;
  }

  /** Runs `work` and gives the keys that it asked for. */
  tracked(work: () => void): Set<string> {
    const reads = (this.#reads = new Set());
    try {
      work();
    } finally {
      this.#reads = undefined;
    }
    return reads;
  }
}

/** The key of what a check read, in the index of checks to run again. */
export function keyOf(topic: Topic, key: string): string {
  return `${topic}|${key}`;
}
