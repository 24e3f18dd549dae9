import { setTimeout as wait } from 'node:timers/promises';
import { printable } from '../model/source-report.ts';
import { finalLogTypes, type AccessLog } from '../model/access-log.ts';
import { IntakeReport } from '../pipeline/intake-report.ts';
import { Overloaded, StoreUnavailable } from '../pipeline/sink.ts';
import type { SourceDeps } from '../pipeline/source-deps.ts';
import { tooOld, tooOldForEdges } from '../pipeline/too-old.ts';
import { WireError } from '../wire/wire-error.ts';
import { accessLogOfEntry, faultOfEntry, loggingProxy, type LoggingProxy } from './access-log-of-entry.ts';
import type { AccessLogMessage } from './access-log-entry.ts';
import { decodeAccessLog } from './decode-access-log.ts';

/** Name of the source in reports and rejections, and of its delivery path. */
export const source = 'envoy-als', feed = 'als';
/** So long a store that does not take rows is waited for. Meanwhile nothing more is read, and proxies drop what they cannot send. */
const giveUpMs = 120_000;

/** What is remembered of one stream: its first message alone names the sender. */
export interface StreamState { proxy: LoggingProxy | null }

/** Takes messages of access logs from bytes to the store. */
export class AccessLogIntake {
  readonly report: IntakeReport;
  readonly #deps: SourceDeps;
  readonly #giving = new AbortController();

  constructor(deps: SourceDeps) {
    this.#deps = deps;
    this.report = new IntakeReport({ tenant: deps.tenant, source, feed });
  }

  /** Decodes at once, so that messages of a stream are taken in order; resolves when their entries are stored, or given up. Never rejects. */
  take(body: Uint8Array, stream: StreamState): Promise<void> {
    const startMs = this.#deps.now();
    let message: AccessLogMessage;
    try {
      message = decodeAccessLog(body);
    } catch (error) {
      const problem = error instanceof WireError ? error.message : 'the decoder failed';
      if (!(error instanceof WireError)) this.#deps.logger.error({ err: error, source }, problem);
      this.refused('message is not decodable', `${problem}: ${printable(body)}`);
      return Promise.resolve();
    }
    if (message.node) stream.proxy = loggingProxy(message.node, message.logName);
    const { rows, rejected } = this.#rowsOf(message, stream.proxy, startMs);
    return this.#store(rows, startMs).then((stored) => {
      if (stored) this.#tellTooOld(rows, startMs);
      this.report.settled({
        received: message.entries.length, stored: stored ? rows.length : 0, rejected, dropped: stored ? 0 : rows.length, lostUpstream: 0,
        newestMs: stored ? newestMs(rows) : 0, durationMs: Math.max(0, this.#deps.now() - startMs),
      });
    });
  }

  /** What is no message at all counts as one datum, received and rejected. */
  refused(reason: string, sample: string): void {
    this.#reject(reason, 1, sample);
    this.report.failed(`${reason}: ${sample}`);
    this.report.settled({ received: 1, stored: 0, rejected: 1, lostUpstream: 0, newestMs: 0, durationMs: 0 });
  }

  /** Ends the waiting for a store that does not take rows. */
  giveUp(): void {
    this.#giving.abort();
  }

  #rowsOf({ entries }: AccessLogMessage, proxy: LoggingProxy | null, nowMs: number): { readonly rows: AccessLog[]; readonly rejected: number } {
    const faults = new Map<string, { count: number; readonly sample: string }>();
    const rows: AccessLog[] = [];
    for (const entry of entries) {
      const fault = proxy === null ? 'the stream has not named its node' : faultOfEntry(entry, nowMs);
      if (proxy !== null && fault === undefined) {
        rows.push(accessLogOfEntry(this.#deps.tenant, proxy, entry));
        continue;
      }
      const known = faults.get(fault!);
      if (known) known.count++;
      else faults.set(fault!, { count: 1, sample: printable(`${proxy?.node ?? ''} ${entry.upstreamCluster} ${entry.authority}`) });
    }
    for (const [reason, { count, sample }] of faults) this.#reject(reason, count, sample);
    return { rows, rejected: entries.length - rows.length };
  }

  /** Nobody can be asked to send again, so a full queue and a store that is away are waited for. Rows have natural keys: a second try counts once. */
  async #store(rows: readonly AccessLog[], startMs: number): Promise<boolean> {
    if (rows.length === 0) return true;
    for (;;) {
      try {
        await this.#deps.sink.accessLogs(rows);
        return true;
      } catch (error) {
        const isTransient = error instanceof Overloaded || error instanceof StoreUnavailable;
        if (!isTransient) this.#deps.logger.error({ err: error, source }, 'the sink failed');
        this.report.failed(isTransient ? error.message : 'the entries could not be stored');
        if (!isTransient || this.#giving.signal.aborted || this.#deps.now() - startMs > giveUpMs) return false;
        await wait(error.retryAfterMs, undefined, { signal: this.#giving.signal }).catch(() => undefined);
      }
    }
  }

  #tellTooOld(rows: readonly AccessLog[], nowMs: number): void {
    const old = tooOld(rows, endNs, nowMs).filter(({ type }) => finalLogTypes.includes(type)), [first] = old;
    if (first) this.#reject(tooOldForEdges, old.length, printable(`${first.node} ${first.upstreamCluster} ${first.authority}`));
  }

  #reject(reason: string, count: number, sample: string): void {
    this.#deps.log.reject({ tenant: this.#deps.tenant, timeMs: this.#deps.now(), source, feed, target: '', reason, count, sample });
  }
}

function newestMs(rows: readonly AccessLog[]): number {
  let newest = 0n;
  for (const row of rows) {
    const end = endNs(row);
    if (end > newest) newest = end;
  }
  return Number(newest / 1_000_000n);
}

function endNs({ startNs, durationNs }: AccessLog): bigint {
  return startNs + (durationNs > 0n ? durationNs : 0n);
}
