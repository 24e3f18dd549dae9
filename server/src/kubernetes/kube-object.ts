import { dig, isMap, text } from '../validation/model/fields.ts';

/** An object as the API server gave it. All but `metadata`'s names is untrusted: read it through `fields.ts`. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: KubeMetadata;
  readonly [field: string]: unknown;
}

/** Metadata as far as every object has it. */
export interface KubeMetadata {
  readonly name: string;
  /** `''` where the object lives in no namespace. */
  readonly namespace: string;
  /** Tells an object from a later one of the same name. */
  readonly uid: string;
  /** The API server's mark of this version; compared for equality alone. */
  readonly resourceVersion: string;
  readonly [field: string]: unknown;
}

/**
 * An object of a list or a watch. Items of a list of a built-in kind carry neither `apiVersion` nor `kind`: they are
 * the list's. Undefined where what identifies an object is not there.
 */
export function toKubeObject(value: unknown, apiVersion: string, kind: string): KubeObject | undefined {
  const name = text(dig(value, 'metadata', 'name')), resourceVersion = text(dig(value, 'metadata', 'resourceVersion'));
  if (!isMap(value) || name === undefined || resourceVersion === undefined) return undefined;
  const metadata = value['metadata'] as Readonly<Record<string, unknown>>;
  return {
    ...value, apiVersion, kind,
    metadata: { ...metadata, name, resourceVersion, namespace: text(metadata['namespace']) ?? '', uid: text(metadata['uid']) ?? '' },
  };
}

/** Names an object among those of its resource. */
export function objectKey({ metadata: { namespace, name } }: KubeObject): string {
  return `${namespace}/${name}`;
}

/** Unix ms of a Kubernetes timestamp; undefined where it is none. */
export function timeMs(value: unknown): number | undefined {
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(parsed) ? parsed : undefined;
}
