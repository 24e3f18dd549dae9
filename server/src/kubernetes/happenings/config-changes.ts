import { isMap, shown } from '../../validation/model/fields.ts';
import type { KubeObject } from '../kube-object.ts';
import type { ObjectChange } from '../watch/watch-input.ts';
import type { ConfigHead, ConfigVersion } from '../versions/config-version.ts';
import type { Happening } from './happening.ts';

/** Paths told of one change; what is beyond is counted. */
const mostPaths = 10;
const unseen: ReadonlySet<string> = new Set(['resourceVersion', 'generation', 'uid', 'managedFields', 'creationTimestamp']);

/** A configuration object that came, changed or went; undefined where nothing that was written by somebody changed. */
export function configChange({ type, object, previous }: ObjectChange, nowMs: number): Happening | undefined {
  const { uid, name, namespace, resourceVersion } = object.metadata;
  const paths = type === 'modified' && previous !== undefined ? changedPaths(written(previous), written(object)) : [];
  if (type === 'modified' && paths.length === 0) return undefined;
  return {
    timeMs: nowMs, endMs: nowMs, id: `config:${uid}:${type === 'deleted' ? 'deleted' : resourceVersion}`, kind: 'config',
    title: `${object.kind} ${name} ${type === 'added' ? 'created' : type === 'deleted' ? 'deleted' : 'changed'}`,
    body: told(paths), namespace, workload: '', before: '', after: '',
  };
}

/**
 * A version that was found on coming back: what happened is certain, when is not, except of an object that is new.
 * @param known the newest version of before, undefined where there was none
 * @param madeMs when the object was made, if it is known
 */
export function configFoundChanged(version: ConfigVersion, known: ConfigHead | undefined, madeMs: number | undefined): Happening {
  const { kind, name, namespace, deleted, seenAtMs, resourceVersion } = version;
  const what = deleted ? 'deleted' : known === undefined ? 'created' : 'changed', timeMs = known === undefined ? (madeMs ?? seenAtMs) : seenAtMs;
  return {
    timeMs, endMs: timeMs, id: `config-found:${kind}:${namespace}/${name}:${deleted ? `deleted:${known?.seenAtMs ?? 0}` : resourceVersion}`, kind: 'config', title: `${kind} ${name} ${what}`,
    body: known === undefined ? '' : `while nobody was watching: after ${new Date(known.seenAtMs).toISOString()}`, namespace, workload: '', before: '', after: '',
  };
}

/**
 * A version that a directory of manifests brought; undefined where it says what the one before said.
 * @param known the version before, with what it said if that is known; undefined of a new object
 */
export function manifestChange(version: ConfigVersion, known: (ConfigHead & { readonly object?: string }) | undefined): Happening | undefined {
  const { kind, name, namespace, deleted, seenAtMs, object } = version;
  if (!deleted && known?.digest === version.digest) return undefined;
  const what = deleted ? 'deleted' : known === undefined ? 'created' : 'changed';
  return {
    timeMs: seenAtMs, endMs: seenAtMs, id: `manifest:${kind}:${namespace}/${name}:${seenAtMs}`, kind: 'config', title: `${kind} ${name} ${what}`,
    body: what === 'changed' && known?.object !== undefined ? told(changedPaths(JSON.parse(known.object), JSON.parse(object))) : '', namespace, workload: '', before: '', after: '',
  };
}

function told(paths: readonly PathChange[]): string {
  const more = paths.length - mostPaths;
  return [...paths.slice(0, mostPaths).map(({ path, before, after }) => `${path}: ${before} → ${after}`), ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

interface PathChange {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Leaves that differ, in the order of the newer value; at most a few more than are told. */
export function changedPaths(before: unknown, after: unknown): readonly PathChange[] {
  const found: PathChange[] = [];
  const walk = (a: unknown, b: unknown, path: string, depth: number): void => {
    if (found.length > 100) return;
    if (depth < 30 && isMap(a) && isMap(b)) {
      for (const key of new Set([...Object.keys(b), ...Object.keys(a)])) walk(own(a, key), own(b, key), path === '' ? key : `${path}/${key}`, depth + 1);
    } else if (depth < 30 && Array.isArray(a) && Array.isArray(b)) {
      for (let i = 0; i < Math.max(a.length, b.length); i++) walk(a[i], b[i], `${path}[${i}]`, depth + 1);
    } else if (JSON.stringify(a) !== JSON.stringify(b)) {
      found.push({ path, before: brief(a), after: brief(b) });
    }
  };
  walk(before, after, '', 0);
  return found;
}

/** What people and tools write: neither status nor the API server's own marks. */
function written({ metadata, status: _status, ...rest }: KubeObject): unknown {
  return { ...rest, metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => !unseen.has(key))) };
}

function own(map: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function brief(value: unknown): string {
  if (value === undefined) return '—';
  const text = shown(value) || JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
