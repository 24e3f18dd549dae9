import type { Scope } from '../inference/ports.ts';
import type { EventKind, MeshEvent } from './event.ts';

export interface EventQuestion {
  readonly scope: Scope;
  /** Unix ms, [from, to). */
  readonly fromMs: number;
  readonly toMs: number;
  /** Null = all. */
  readonly kinds: readonly EventKind[] | null;
  readonly limit: number;
}

/** The latest events of a window, oldest first, and how many it has in all. */
export interface EventAnswer { readonly events: readonly MeshEvent[]; readonly total: number }

/** Reads what happened. */
export interface EventReader {
  events(question: EventQuestion): Promise<EventAnswer>;
}
