import type { SourceLog } from './sink.ts';

/** Counts of one receiver, reported as the difference since the last report. */
export class IntakeReport {
  private received = 0;
  private stored = 0;
  private rejected = 0;
  private dropped = 0;
  private lostUpstream = 0;
  private newestMs = 0;
  private durationMs = 0;
  private error = '';
  private readonly identity: { readonly tenant: string; readonly source: string; readonly feed: string };

  constructor(identity: { readonly tenant: string; readonly source: string; readonly feed: string }) {
    this.identity = identity;
  }

  /** A request that is settled: received = stored + rejected + dropped. */
  settled(counts: { received: number; stored: number; rejected: number; dropped?: number; lostUpstream: number; newestMs: number; durationMs: number }): void {
    this.received += counts.received;
    this.stored += counts.stored;
    this.rejected += counts.rejected;
    this.dropped += counts.dropped ?? 0;
    this.lostUpstream += counts.lostUpstream;
    this.newestMs = Math.max(this.newestMs, counts.newestMs);
    this.durationMs = counts.durationMs;
  }

  /** A request that the sender shall send again, so it does not count as received; or one that could not be read. */
  failed(error: string): void {
    this.error = error;
  }

  /** Reports what happened since the last time, if anything did; `always` reports silence too. */
  flush(log: SourceLog, nowMs: number, always = false): void {
    if (!always && this.received === 0 && this.error === '') return;
    log.report({
      ...this.identity, target: '', timeMs: nowMs,
      received: this.received, stored: this.stored, rejected: this.rejected, dropped: this.dropped, lostUpstream: this.lostUpstream,
      up: -1, durationMs: this.durationMs, samples: 0, seriesAdded: 0, newestMs: this.newestMs, error: this.error,
    });
    this.received = this.stored = this.rejected = this.dropped = this.lostUpstream = 0;
    this.error = '';
  }
}
