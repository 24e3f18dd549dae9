/** Names a configuration object of one cluster, in the API version in which it was read. */
export interface ConfigKey {
  readonly cluster: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** `''` where the object lives in no namespace. */
  readonly namespace: string;
  readonly name: string;
}

/** What a configuration object said from a time on. */
export interface ConfigVersion extends ConfigKey {
  /** When Orrery learned of it, Unix ms; grows from version to version of an object. */
  readonly seenAtMs: number;
  /** The API server's mark; `''` of what was read from files or uploaded. */
  readonly resourceVersion: string;
  readonly deleted: boolean;
  /** SHA-256 of `object`, 64 hex digits; `''` where deleted. Not stored: the store computes it. */
  readonly digest: string;
  /** JSON, without Secrets' data, status of no interest and `managedFields`; `''` where deleted. */
  readonly object: string;
}

/** The newest version of an object, without what it says. */
export type ConfigHead = Omit<ConfigVersion, 'object'>;

/** Two versions of one object have the same key, and no other two. */
export function configKey({ cluster, apiVersion, kind, namespace, name }: ConfigKey): string {
  return JSON.stringify([cluster, apiVersion, kind, namespace, name]);
}

/** API group of an `apiVersion`; `''` is the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}
