import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLease, releaseLease, type Lease } from '@orrery/collectors/store/lease';
import type { Store } from '@orrery/collectors/store/store';
import type { Logger } from 'pino';

/** What one run of a job did. */
export interface JobReport {
  /** Age of the oldest thing that still waits; 0 when nothing does. */
  readonly lagSeconds: number;
  /** Rows written. */
  readonly written: number;
  /** Things that still wait. */
  readonly pending: number;
}

/** Work that one process of the installation does at a time. */
export interface LeasedJob {
  readonly name: string;
  run(): Promise<JobReport>;
  /** Called when the lease is gained: forget what was known before. */
  reset(): void;
}

/** What a job did last, for self-metrics. */
export interface JobStatus extends JobReport {
  readonly name: string;
  readonly leading: boolean;
  readonly durationMs: number;
  readonly runs: number;
  readonly failures: number;
}

/** A job that runs wherever this process holds its lease; `stop` waits for a run that is under way. */
export interface RunningJob {
  status(): JobStatus;
  stop(): Promise<void>;
}

const leaseMs = 15_000;
/** The lease is renewed when less than this is left of it. */
const renewBelowMs = 10_000;

/** A run that took longer was most likely stopped with its process: it says nothing of the work. */
const longestRestMs = 60_000;

/** How long a job rests after a run, ms: until its next turn, but at least as long as the run took, so that it takes at most half of a core's time; a minute at most. */
export function restAfter(tookMs: number, everyMs: number): number {
  return Math.max(everyMs - tookMs, Math.min(tookMs, longestRestMs));
}

/**
 * Runs a job again and again while this process holds its lease. Runs never overlap; between them it rests (`restAfter`), also
 * after a failure.
 * @param now Unix ms
 */
export function runLeased(job: LeasedJob, everyMs: number, store: Pick<Store, 'query' | 'insertNative'>, holder: string, logger: Logger, now: () => number): RunningJob {
  const stopping = new AbortController();
  let lease: Lease | null = null;
  let status: JobStatus = { name: job.name, leading: false, durationMs: 0, runs: 0, failures: 0, lagSeconds: 0, written: 0, pending: 0 };

  async function holdsLease(): Promise<boolean> {
    if (lease && lease.expiresAtMs - now() > renewBelowMs) return true;
    const held = lease !== null && lease.expiresAtMs > now();
    lease = await acquireLease(store, `job:${job.name}`, holder, leaseMs, now());
    if (lease && !held) job.reset();
    return lease !== null;
  }

  async function tick(): Promise<void> {
    if (!(await holdsLease())) {
      status = { ...status, leading: false };
      return;
    }
    const report = await job.run();
    status = { ...status, ...report, leading: true, runs: status.runs + 1 };
  }

  const loop = (async () => {
    let failing = false;
    while (!stopping.signal.aborted) {
      const started = performance.now();
      try {
        await tick();
        if (failing) logger.info({ job: job.name }, 'job works again');
        failing = false;
      } catch (error) {
        status = { ...status, failures: status.failures + 1 };
        if (!failing && !stopping.signal.aborted) logger.warn({ job: job.name, err: error }, 'job failed; it is tried again');
        failing = true;
      }
      const took = performance.now() - started;
      status = { ...status, durationMs: took };
      await sleep(restAfter(took, everyMs), undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();

  return {
    status: () => status,
    async stop() {
      stopping.abort();
      await loop;
      if (lease) await releaseLease(store, lease, now()).catch(() => undefined);
    },
  };
}
