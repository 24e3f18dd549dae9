import type { MeshEvent } from './event.ts';

/** When and by whom an event was told first. */
export interface KnownEvent { readonly timeMs: number; readonly source: string }

/** Where events go. Writing an event with the id and time of another replaces it. */
export interface EventSink {
  write(tenant: string, events: readonly MeshEvent[]): Promise<void>;
  /** Those of `ids` that are stored. */
  known(tenant: string, ids: readonly string[]): Promise<ReadonlyMap<string, KnownEvent>>;
}
