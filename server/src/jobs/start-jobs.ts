import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import type { Store } from '@orrery/collectors/store/store';
import type { Logger } from 'pino';
import { createAccessLogsJob } from './derive-from-access-logs.ts';
import { createFlowsJob } from './derive-from-flows.ts';
import { createSpansJob } from './derive-from-spans.ts';
import { createOperationsJob } from './derive-operations.ts';
import { createFlowZonesJob } from './derive-zones-of-flows.ts';
import { createSpanZonesJob } from './derive-zones-of-spans.ts';
import { createFollowConfiguration, type FollowedFindings } from './follow-configuration.ts';
import { createFollowObserved } from './follow-observed.ts';
import { runLeased, type JobStatus } from './leased-job.ts';
import { createRollUpJob } from './roll-up-tiers.ts';
import { createDeploysJob } from './tell-deploys.ts';
import { createIdentitiesJob } from './tell-identities.ts';
import { createConfigReader } from '../readers/config-reader.ts';
import { createFindingReader } from '../readers/finding-reader.ts';
import { createEventWriter } from '../writers/event-writer.ts';
import { createFindingWriter } from '../writers/finding-writer.ts';
import type { ObservedSettings } from '../validation/findings/config.ts';
import type { Observer } from '../validation/observed/observer.ts';

export interface RunningJobs {
  /** What each job did last. */
  statuses(): readonly JobStatus[];
  /** Configuration findings that stand, of the clusters that this process follows. */
  findings(): readonly FollowedFindings[];
  /** Waits for the runs that are under way and gives the leases back. */
  stop(): Promise<void>;
}

const deriveEveryMs = 1_000;
const rollUpEveryMs = 10_000;
const operationsEveryMs = 10_000;
const deploysEveryMs = 10_000;
const identitiesEveryMs = 3_000;
const zonesEveryMs = 5_000;
const findingsEveryMs = 5_000;

/**
 * Starts the leased work: spans, flows and access logs → edge traffic, the roll-up of tiers, and what is wrong with the tenant's configuration. Any number of processes may start
 * them on one store; each job runs in one of them at a time.
 * @param now Unix ms
 */
export function startJobs(tenant: string, store: Store, observer: Pick<Observer, 'observe'>, observed: ObservedSettings, logger: Logger, now: () => number): RunningJobs {
  const holder = `${hostname()}:${process.pid}:${randomUUID()}`;
  const writer = createBlockWriter(store, now);
  const records = { tenant, config: createConfigReader(store), history: createFindingReader(store), writer: createFindingWriter(store), now };
  const findings = createFollowConfiguration(records), observations = createFollowObserved({ ...records, observer, settings: observed });
  const jobs = [
    runLeased(createSpansJob(store, writer, now), deriveEveryMs, store, holder, logger, now),
    runLeased(createFlowsJob(store, writer, now), deriveEveryMs, store, holder, logger, now),
    runLeased(createAccessLogsJob(store, writer, now), deriveEveryMs, store, holder, logger, now),
    runLeased(createOperationsJob(store, writer, now), operationsEveryMs, store, holder, logger, now),
    runLeased(createFlowZonesJob(store, writer, now), zonesEveryMs, store, holder, logger, now),
    runLeased(createSpanZonesJob(store, writer, now), zonesEveryMs, store, holder, logger, now),
    runLeased(createIdentitiesJob(store), identitiesEveryMs, store, holder, logger, now),
    runLeased(createDeploysJob(store, createEventWriter(store)), deploysEveryMs, store, holder, logger, now),
    runLeased(findings, findingsEveryMs, store, holder, logger, now),
    runLeased(observations, Math.min(findingsEveryMs, observed.everySeconds * 1000), store, holder, logger, now),
    ...([60, 600, 3600] as const).map((step) => runLeased(createRollUpJob(store, step), rollUpEveryMs, store, holder, logger, now)),
  ];
  return {
    statuses: () => jobs.map((job) => job.status()),
    findings: () => addUp([...findings.counts(), ...observations.counts()]),
    async stop() {
      await Promise.all(jobs.map((job) => job.stop()));
    },
  };
}

/** One count for each cluster and severity. */
function addUp(counts: readonly FollowedFindings[]): FollowedFindings[] {
  const groups = Map.groupBy(counts, ({ cluster, severity }) => JSON.stringify([cluster, severity]));
  return [...groups.values()].map((group) => ({ ...group[0]!, count: group.reduce((sum, { count }) => sum + count, 0) }));
}
