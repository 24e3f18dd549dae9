import { randomUUID } from 'node:crypto';
import type { Rejection, SourceReport } from '../model/source-report.ts';
import type { BlockWriter } from './block-writer.ts';
import type { SourceLog } from './sink.ts';

export interface SourceLogOptions {
  readonly flushMs: number;
  /** Different (source, feed, target) kept apart between two flushes; the rest joins `_other` of its source. */
  readonly maxTargets: number;
  /** Different (source, feed, target, reason) kept apart between two flushes; the rest joins `_other`. */
  readonly maxReasons: number;
}

export const defaultSourceLog: SourceLogOptions = { flushMs: 2000, maxTargets: 5000, maxReasons: 1000 };

export interface RunningSourceLog extends SourceLog {
  /** Writes what is pending. A failed write keeps its counts for the next flush: they are never lost while the process lives. */
  flush(): Promise<void>;
  /** Flushes a last time and ends. */
  stop(): Promise<void>;
}

type Writer = Pick<BlockWriter, 'sourceReports' | 'rejections'>;

/** Gathers reports and rejections by source and writes them every `flushMs`. Memory is bounded whatever sources send. */
export function createSourceLog(writer: Writer, onError: (error: unknown) => void, options: Partial<SourceLogOptions> = {}): RunningSourceLog {
  const { flushMs, maxTargets, maxReasons } = { ...defaultSourceLog, ...options };
  let reports = new Map<string, SourceReport>();
  let rejections = new Map<string, Rejection>();

  const report = (row: SourceReport): void => {
    const kept = withinBound(reports, reportKey(row), maxTargets) ? row : { ...row, feed: '_other', target: '' };
    merge(reports, reportKey(kept), kept, addReports);
  };
  const reject = (row: Rejection): void => {
    const kept = withinBound(rejections, rejectionKey(row), maxReasons) ? row : { ...row, feed: '_other', target: '', reason: '_other', sample: '' };
    merge(rejections, rejectionKey(kept), kept, addRejections);
  };

  const flush = async (): Promise<void> => {
    const pendingReports = reports, pendingRejections = rejections;
    reports = new Map();
    rejections = new Map();
    const outcomes = await Promise.allSettled([
      pendingReports.size > 0 ? writer.sourceReports([...pendingReports.values()], randomUUID()) : undefined,
      pendingRejections.size > 0 ? writer.rejections([...pendingRejections.values()], randomUUID()) : undefined,
    ]);
    if (outcomes[0].status === 'rejected') {
      onError(outcomes[0].reason);
      pendingReports.forEach(report);
    }
    if (outcomes[1].status === 'rejected') {
      onError(outcomes[1].reason);
      pendingRejections.forEach(reject);
    }
  };

  let running: Promise<void> | undefined;
  const flushOnce = (): Promise<void> => (running ??= flush().finally(() => (running = undefined)));
  const timer = setInterval(() => void flushOnce(), flushMs);
  timer.unref();

  return {
    report,
    reject,
    flush: flushOnce,
    async stop() {
      clearInterval(timer);
      await running;
      await flush();
    },
  };
}

function reportKey(row: SourceReport): string {
  return JSON.stringify([row.tenant, row.source, row.feed, row.target]);
}

function rejectionKey(row: Rejection): string {
  return JSON.stringify([row.tenant, row.source, row.feed, row.target, row.reason]);
}

function withinBound<T>(map: ReadonlyMap<string, T>, key: string, bound: number): boolean {
  return map.size < bound || map.has(key);
}

function merge<T>(map: Map<string, T>, key: string, row: T, add: (a: T, b: T) => T): void {
  const before = map.get(key);
  map.set(key, before === undefined ? row : add(before, row));
}

/** Counts add up; state is the newer one's; an error stands until the same target reports without one later. */
function addReports(a: SourceReport, b: SourceReport): SourceReport {
  const newer = b.timeMs >= a.timeMs ? b : a;
  return {
    ...newer,
    received: a.received + b.received,
    stored: a.stored + b.stored,
    rejected: a.rejected + b.rejected,
    dropped: a.dropped + b.dropped,
    lostUpstream: a.lostUpstream + b.lostUpstream,
    seriesAdded: a.seriesAdded + b.seriesAdded,
    newestMs: Math.max(a.newestMs, b.newestMs),
  };
}

function addRejections(a: Rejection, b: Rejection): Rejection {
  return { ...a, timeMs: Math.max(a.timeMs, b.timeMs), count: a.count + b.count };
}
