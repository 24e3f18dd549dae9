import type { Logger } from 'pino';
import type { SourceLog, Sink } from './sink.ts';

/** What every source is given. Clock and logger are passed in; nothing is global. */
export interface SourceDeps {
  readonly tenant: string;
  readonly sink: Sink;
  readonly log: SourceLog;
  readonly logger: Logger;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** A running source. `stop` ends intake, waits for what is in flight, then resolves. */
export interface RunningSource {
  /** Where it listens, `host:port`; [] for a source that dials out. */
  readonly addresses: readonly { readonly protocol: string; readonly address: string }[];
  stop(): Promise<void>;
}
