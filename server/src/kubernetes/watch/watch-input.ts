import type { KubeObject } from '../kube-object.ts';

/** Why a request or a stream was of no use. */
export type WatchFailure =
  /** The API server answered with an HTTP status, or with an ERROR event that carries one. */
  | { readonly kind: 'status'; readonly code: number; readonly message: string; readonly retryAfterMs: number }
  /** Refused, reset, a name that does not resolve, TLS, credentials that cannot be got. */
  | { readonly kind: 'network'; readonly message: string }
  /** Nothing arrived for longer than bookmarks are apart. */
  | { readonly kind: 'silence'; readonly message: string }
  /** What arrived is no answer of an API server. */
  | { readonly kind: 'malformed'; readonly message: string };

/** A page of a list; a list has one resourceVersion. */
export interface ListPage {
  readonly objects: readonly KubeObject[];
  /** Of the list as a whole: the same on every page. */
  readonly resourceVersion: string;
  /** `''` on the last page. */
  readonly continueToken: string;
}

/** A line of a watch, as the API server sends it. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string }
  | { readonly type: 'ERROR'; readonly failure: WatchFailure };

/** What can happen to a watched resource. */
export type WatchInput =
  | { readonly type: 'started' }
  | { readonly type: 'page'; readonly page: ListPage }
  | { readonly type: 'event'; readonly event: WatchEvent }
  /** A list failed, a watch was refused or broke off. */
  | { readonly type: 'failed'; readonly failure: WatchFailure }
  /** The API server accepted the watch. */
  | { readonly type: 'opened' }
  /** It ended the stream in good order, as it does when its time is over. */
  | { readonly type: 'ended'; readonly livedMs: number }
  /** The pause that was asked for is over. */
  | { readonly type: 'waited' };

/** What to do next; exactly one thing is under way at any time. */
export type WatchAction =
  | { readonly do: 'list'; readonly limit: number; readonly continueToken: string }
  | { readonly do: 'watch'; readonly resourceVersion: string }
  | { readonly do: 'wait'; readonly ms: number };

/** A difference between what was known of a resource and what is known now. */
export interface ObjectChange {
  readonly type: 'added' | 'modified' | 'deleted';
  /** As it is now; of a deleted one, as it was last known. */
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
}

/** What follows from an input. */
export interface WatchStep {
  /** Undefined: go on with what is under way. */
  readonly next: WatchAction | undefined;
  readonly changes: readonly ObjectChange[];
  /** True where a list has just been read to its end: what is known is all there is. */
  readonly synced: boolean;
}
