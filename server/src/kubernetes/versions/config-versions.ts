import type { KubeObject } from '../kube-object.ts';
import { configKey, groupOf, type ConfigHead, type ConfigKey, type ConfigVersion } from './config-version.ts';
import { storedForm } from './stored-form.ts';

/** The store forgets versions by age: one that stands is written again in time. */
const rewriteAfterMs = 30 * 24 * 3_600_000;

/** What is known of one stored object: its newest version, and the objects that it stands for (several pods have one shape). */
interface Known {
  head: ConfigHead;
  readonly uids: Set<string>;
}

/**
 * Which changes are new versions: those whose stored form differs from the newest version, whoever wrote that. Keeps a hash
 * of each object, not the objects.
 */
export class ConfigVersions {
  readonly #cluster: string;
  readonly #known = new Map<string, Known>();

  /** @param heads newest versions in the store */
  constructor(cluster: string, heads: Iterable<ConfigHead>) {
    this.#cluster = cluster;
    for (const head of heads) if (!head.deleted) this.#known.set(configKey(head), { head, uids: new Set() });
  }

  get size(): number {
    return this.#known.size;
  }

  /** An object as it is now; gives the version that it is, if it is a new one. */
  put(object: KubeObject, nowMs: number): ConfigVersion | undefined {
    const form = storedForm(object);
    if (form === undefined) return undefined;
    const key = this.#keyOf(object, form.name), id = configKey(key), known = this.#known.get(id);
    known?.uids.add(object.metadata.uid);
    // Of several that one version stands for the first by uid speaks, or they would take turns.
    if (known !== undefined && [...known.uids].some((uid) => uid < object.metadata.uid)) return undefined;
    if (known?.head.digest === form.digest && nowMs - known.head.seenAtMs < rewriteAfterMs) return undefined;
    const version: ConfigVersion = {
      ...key, seenAtMs: Math.max(nowMs, (known?.head.seenAtMs ?? 0) + 1), resourceVersion: object.metadata.resourceVersion, deleted: false, digest: form.digest, object: form.object,
    };
    this.#known.set(id, { head: headOf(version), uids: known?.uids ?? new Set([object.metadata.uid]) });
    return version;
  }

  /** An object that is gone. */
  remove(object: KubeObject, nowMs: number): ConfigVersion | undefined {
    const form = storedForm(object), known = form === undefined ? undefined : this.#known.get(configKey(this.#keyOf(object, form.name)));
    if (known === undefined) return undefined;
    known.uids.delete(object.metadata.uid);
    return known.uids.size > 0 ? undefined : this.#end(known, nowMs);
  }

  /** The same of every kind. */
  settleAll(nowMs: number): readonly ConfigVersion[] {
    return [...this.#known.values()].filter(({ uids }) => uids.size === 0).map((known) => this.#end(known, nowMs));
  }

  /** Begins a new whole picture: what is not put again from here on is gone when it is settled. */
  beginAnew(): void {
    for (const { uids } of this.#known.values()) uids.clear();
  }

  /** All objects of a kind (with `name`, of that name) have been put, in whatever version of its group: those of earlier times that were not have gone. */
  settle(group: string, kind: string, nowMs: number, name?: string): readonly ConfigVersion[] {
    const gone = [...this.#known.values()].filter(({ head, uids }) => uids.size === 0 && head.kind === kind && groupOf(head.apiVersion) === group && (name === undefined || head.name === name));
    return gone.map((known) => this.#end(known, nowMs));
  }

  #end({ head }: Known, nowMs: number): ConfigVersion {
    this.#known.delete(configKey(head));
    return { ...head, seenAtMs: Math.max(nowMs, head.seenAtMs + 1), deleted: true, digest: '', object: '' };
  }

  #keyOf({ apiVersion, kind, metadata: { namespace } }: KubeObject, name: string): ConfigKey {
    return { cluster: this.#cluster, apiVersion, kind, namespace, name };
  }
}

function headOf({ object: _object, ...head }: ConfigVersion): ConfigHead {
  return head;
}
