import type { Entity } from '@orrery/collectors/model/entity';
import type { Scope } from '../ports.ts';

/** Something that happened, as far as an explanation needs it. */
export interface PastEvent {
  readonly id: string;
  /** Unix milliseconds. */
  readonly timeMs: number;
  /** deploy, rollout, scale, restart, config, alert, custom */
  readonly kind: string;
  readonly title: string;
  /** What it happened to; a configuration object has its own kind here. */
  readonly entity: Pick<Entity, 'cluster' | 'namespace' | 'name'> & { readonly kind: string };
  readonly before: string;
  readonly after: string;
  /** More of it; of changed configuration what changed, a line for each path: `spec/host: a → b`. */
  readonly body: string;
}

/** Names a configuration object of one cluster. */
export interface ObjectName {
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

/** The configuration object that an event is about: its entity, or as the title has it (`Sidecar default changed`); null if it is about none. */
export function configObjectOf({ kind, title, entity }: PastEvent): ObjectName | null {
  if (kind !== 'config') return null;
  if (entity.name !== '') return entity;
  const [, objectKind, name] = /^(\S+) (\S+) (?:created|changed|deleted)$/.exec(title) ?? [];
  return { cluster: entity.cluster, namespace: entity.namespace, kind: objectKind ?? entity.kind, name: name ?? '' };
}

export function objectKey({ cluster, namespace, kind, name }: ObjectName): string {
  return JSON.stringify([cluster, namespace, kind, name]);
}

/** Reads what happened. */
export interface PastEvents {
  /** Those of [fromMs, toMs) that lie nearest to `atMs`, at most `limit`, the nearest first; of any namespace. */
  near(scope: Scope, atMs: number, fromMs: number, toMs: number, limit: number): Promise<readonly PastEvent[]>;
  /** Null if there is none with this id; `aroundMs` narrows the search to a week around it. */
  byId(scope: Scope, id: string, aroundMs: number | null): Promise<PastEvent | null>;
  /** What configuration objects said last until a time, one that was deleted before that: JSON by `objectKey`. Unknown ones are left out. */
  objects(scope: Scope, names: readonly ObjectName[], untilMs: number): Promise<ReadonlyMap<string, string>>;
}
