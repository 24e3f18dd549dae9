import type { WatchFailure } from './watch/watch-input.ts';

/** A connection to the API server of one cluster. A port, so that what is done with it needs no server to be tested. */
export interface ClusterApi {
  /** One whole answer; a status other than 200 and 304 is a failure. Waits its turn: few answers are read at a time. */
  get(request: GetRequest): Promise<ApiAnswer | WatchFailure>;
  /** An answer without end. Resolves when it is over; `onBytes` may throw, which ends it. */
  stream(request: StreamRequest): Promise<StreamEnd>;
  close(): void;
}

/** A GET whose answer is read whole. */
export interface GetRequest {
  /** With its query. */
  readonly path: string;
  readonly accept?: string;
  readonly ifNoneMatch?: string;
  readonly signal: AbortSignal;
}

/** An answer of status 200 or 304. */
export interface ApiAnswer {
  /** `''` where nothing changed since `ifNoneMatch`. */
  readonly body: string;
  readonly unchanged: boolean;
  readonly etag: string;
}

/** A GET whose answer does not end: `onOpen` at its headers, `onBytes` with each chunk. */
export interface StreamRequest {
  readonly path: string;
  readonly signal: AbortSignal;
  onOpen(): void;
  onBytes(bytes: Buffer): void;
}

/** Undefined failure: the server ended it in good order. */
export interface StreamEnd {
  readonly failure: WatchFailure | undefined;
  readonly livedMs: number;
}
