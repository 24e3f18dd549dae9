import type { ConfigObject } from '../model/config-object.ts';
import type { MeshSettings } from '../model/settings.ts';

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
  find(topic: Topic, key: string): readonly ConfigObject[];
}

const none: readonly ConfigObject[] = Object.freeze([]);

/** The index behind a mesh, which objects can be added to and taken from. */
export class MeshIndex implements Mesh {
  readonly settings: MeshSettings;
  readonly namespaces: ReadonlySet<string>;
  readonly #provided = new Map<string, ConfigObject[]>();
  #reads: Set<string> | undefined;

  constructor(settings: MeshSettings, namespaces: ReadonlySet<string>) {
    this.settings = settings;
    this.namespaces = namespaces;
  }

  add(object: ConfigObject, keys: Iterable<string>): void {
    for (const key of keys) {
      const others = this.#provided.get(key);
      if (others === undefined) this.#provided.set(key, [object]);
      else if (others.at(-1) !== object) others.push(object);
    }
  }

  remove(object: ConfigObject, keys: Iterable<string>): void {
    for (const key of keys) {
      const left = this.#provided.get(key)?.filter((other) => other !== object) ?? [];
      if (left.length > 0) this.#provided.set(key, left);
      else this.#provided.delete(key);
    }
  }

  find(topic: Topic, key: string): readonly ConfigObject[] {
    const asked = keyOf(topic, key);
    this.#reads?.add(asked);
    return this.#provided.get(asked) ?? none;
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
