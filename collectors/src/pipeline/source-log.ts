import type { Rejection, SourceReport } from '../model/source-report.ts';
import type { BlockWriter } from './block-writer.ts';
import { GatheredRows } from './gathered-rows.ts';
import type { SourceLog } from './sink.ts';

/** How often what is gathered is written (ms), and how much is kept apart until then. */
export interface SourceLogOptions {
  readonly flushMs: number;
  /** Different (source, feed, target) kept apart between two flushes; the rest joins `_other` of its source. */
  readonly maxTargets: number;
  /** Different (source, feed, target, reason) kept apart between two flushes; the rest joins `_other`. */
  readonly maxReasons: number;
}

const defaultSourceLog: SourceLogOptions = { flushMs: 2000, maxTargets: 5000, maxReasons: 1000 };

/** A log that writes what it gathers until it is stopped. */
export interface RunningSourceLog extends SourceLog {
  /** Writes what is pending. What could not be written is written at a later flush, and counts once whatever became of the first try. */
  flush(): Promise<void>;
  /** Flushes a last time and ends. */
  stop(): Promise<void>;
}

type Writer = Pick<BlockWriter, 'sourceReports' | 'rejections'>;

/** Gathers reports and rejections by source and writes them every `flushMs`. Memory is bounded whatever sources send. */
export function createSourceLog(writer: Writer, onError: (error: unknown) => void, options: Partial<SourceLogOptions> = {}): RunningSourceLog {
  const { flushMs, maxTargets, maxReasons } = { ...defaultSourceLog, ...options };
  const reports = new GatheredRows<SourceReport>({
    keyOf: (row) => JSON.stringify([row.tenant, row.source, row.feed, row.target]),
    add: addReports,
    bound: maxTargets,
    rest: (row) => ({ ...row, feed: '_other', target: '' }),
    write: (rows, token) => writer.sourceReports(rows, token),
  });
  const rejections = new GatheredRows<Rejection>({
    keyOf: (row) => JSON.stringify([row.tenant, row.source, row.feed, row.target, row.reason]),
    add: addRejections,
    bound: maxReasons,
    rest: (row) => ({ ...row, feed: '_other', target: '', reason: '_other', sample: '' }),
    write: (rows, token) => writer.rejections(rows, token),
  });

  const flush = async (): Promise<void> => {
    await Promise.all([reports.flush().catch(onError), rejections.flush().catch(onError)]);
  };
  let running: Promise<void> | undefined;
  const flushOnce = (): Promise<void> => (running ??= flush().finally(() => (running = undefined)));
  const timer = setInterval(() => void flushOnce(), flushMs);
  timer.unref();

  return {
    report: (row) => reports.add(row),
    reject: (row) => rejections.add(row),
    flush: flushOnce,
    async stop() {
      clearInterval(timer);
      await running;
      await flush();
    },
  };
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
