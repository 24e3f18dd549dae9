import { FlowRole, type Flow } from '../model/flow.ts';
import { printable } from '../model/source-report.ts';
import type { SourceDeps } from '../pipeline/source-deps.ts';
import { tooOld, tooOldForEdges } from '../pipeline/too-old.ts';

/** Which source a tally speaks for. */
export interface TallyIdentity {
  readonly source: 'hubble' | 'flows-file' | 'flows-http';
  readonly feed: string;
  readonly target: string;
}

/** No honest sender loses more at one time; keeps sums exact. */
const mostLost = 2 ** 40;

/** Counts of one source of flows, reported as the difference since the last report. received = stored + rejected + dropped. */
export class FlowTally {
  private readonly identity: TallyIdentity;
  private readonly deps: Pick<SourceDeps, 'tenant' | 'log' | 'now'>;
  private counts = noCounts();
  private newestMs = 0;
  private durationMs = 0;
  private error = '';
  private up: -1 | 0 | 1 = -1;

  constructor(identity: TallyIdentity, deps: Pick<SourceDeps, 'tenant' | 'log' | 'now'>) {
    this.identity = identity;
    this.deps = deps;
  }

  /** Rows that are in the store, and how long it took. */
  stored(rows: readonly Flow[], durationMs: number): void {
    this.counts.received += rows.length;
    this.counts.stored += rows.length;
    this.newestMs = Math.max(this.newestMs, newestMs(rows));
    this.durationMs = durationMs;
    const old = tooOld(rows, ({ timeNs }) => timeNs, this.deps.now()).filter(({ role }) => role !== FlowRole.other), [first] = old;
    if (first) this.tell(tooOldForEdges, old.length, first.raw);
  }

  /** A record refused for good. `sample` is raw input: its first bytes are kept, safely printed. */
  rejected(reason: string, sample: Uint8Array | string): void {
    this.counts.received++;
    this.counts.rejected++;
    this.tell(reason, 1, sample);
  }

  /** Rows that we give up because we stop. */
  dropped(count: number): void {
    this.counts.received += count;
    this.counts.dropped += count;
  }

  /** Events that the sender says were lost before they reached us. */
  lost(count: number): void {
    this.counts.lostUpstream += Math.min(count, mostLost);
  }

  failed(error: string): void {
    this.error = error;
  }

  /** For sources that are dialled or opened: whether they answer. Coming up is reported at once. */
  setUp(up: boolean): void {
    if (!up || this.up === 1) {
      this.up = up ? 1 : 0;
      return;
    }
    this.up = 1;
    this.error = '';
    this.flush();
  }

  private tell(reason: string, count: number, sample: Uint8Array | string): void {
    const { tenant, log, now } = this.deps;
    log.reject({ tenant, timeMs: now(), ...this.identity, reason, count, sample: printable(sample) });
  }

  /** Reports what happened since the last time. A listening source that saw nothing stays silent unless `always`. */
  flush(always = false): void {
    const { counts, error } = this;
    if (!always && this.up === -1 && counts.received === 0 && counts.lostUpstream === 0 && error === '') return;
    const { tenant, log, now } = this.deps;
    log.report({ tenant, timeMs: now(), ...this.identity, ...counts, up: this.up, durationMs: this.durationMs, samples: 0, seriesAdded: 0, newestMs: this.newestMs, error });
    this.counts = noCounts();
    // A connection that is down stays an error until it is up again.
    if (this.up !== 0) this.error = '';
  }
}

/** Newest time of rows, Unix milliseconds. */
export function newestMs(rows: readonly Flow[]): number {
  let newest = 0n;
  for (const { timeNs } of rows) if (timeNs > newest) newest = timeNs;
  return Number(newest / 1_000_000n);
}

function noCounts(): { received: number; stored: number; rejected: number; dropped: number; lostUpstream: number } {
  return { received: 0, stored: 0, rejected: 0, dropped: 0, lostUpstream: 0 };
}
