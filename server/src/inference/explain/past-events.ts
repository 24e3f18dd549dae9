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
}

/** Reads what happened. */
export interface PastEvents {
  /** By time, at most `limit`; of any namespace. */
  between(scope: Scope, fromMs: number, toMs: number, limit: number): Promise<readonly PastEvent[]>;
  /** Null if there is none with this id; `aroundMs` narrows the search to a week around it. */
  byId(scope: Scope, id: string, aroundMs: number | null): Promise<PastEvent | null>;
}
