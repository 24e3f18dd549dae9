import type { Entity } from '@orrery/collectors/model/entity';
import type { Scope } from '../inference/ports.ts';

export const eventKinds = ['deploy', 'rollout', 'scale', 'restart', 'config', 'alert', 'custom'] as const;
export type EventKind = (typeof eventKinds)[number];
export type EventOrigin = 'kubernetes' | 'telemetry' | 'api';

/** Something that happened: a mark on the time axis. Times in Unix ms; `''` = not told. */
export interface MeshEvent {
  /** The sender's key: the same event sent again counts once. */
  readonly id: string;
  readonly kind: EventKind;
  readonly timeMs: number;
  /** Equal to `timeMs` for what has no duration. */
  readonly endMs: number;
  readonly title: string;
  readonly body: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly entityKind: Entity['kind'] | '';
  readonly entityName: string;
  readonly before: string;
  readonly after: string;
  readonly source: EventOrigin;
  readonly url: string;
}

/** When and by whom an event was told first. */
export interface KnownEvent { readonly timeMs: number; readonly source: string }

/** Where events go. Writing an event with the id and time of another replaces it. */
export interface EventSink {
  write(tenant: string, events: readonly MeshEvent[]): Promise<void>;
  /** Those of `ids` that are stored. */
  known(tenant: string, ids: readonly string[]): Promise<ReadonlyMap<string, KnownEvent>>;
}

export interface EventFilter {
  /** Empty = all kinds. */
  readonly kinds: readonly EventKind[];
  readonly limit: number;
}

export interface EventReader {
  /**
   * Events that touch [fromMs, toMs), the newest `limit`, oldest first. Namespaces of the scope keep the events of
   * those namespaces and those that name none.
   */
  events(scope: Scope, fromMs: number, toMs: number, filter: EventFilter): Promise<readonly MeshEvent[]>;
}
