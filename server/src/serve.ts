import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenFailure } from '@orrery/collectors/listen-failure';
import { openStore } from '@orrery/collectors/store/open-store';
import type { Logger } from 'pino';
import { readMigrations, migrationsDir } from '@orrery/collectors/store/migrate';
import { ApiError } from './api/errors.ts';
import { createConfigurations } from './api/findings/configurations.ts';
import { createFindings } from './api/findings/findings.ts';
import { createFindingStakes } from './api/findings/finding-stakes.ts';
import { createObservations } from './api/findings/observations.ts';
import { createEventIntake } from './api/events/event-intake.ts';
import { createEvents } from './api/events/events.ts';
import { createDataBegan } from './api/graph/data-began.ts';
import { createGraphApi } from './api/graph/graph-api.ts';
import { guardPolicy } from './api/http/request-guard.ts';
import { createInsights } from './api/insight/insights.ts';
import { createOperations } from './api/operations/operations.ts';
import { createSources } from './api/sources/sources.ts';
import type { SystemStatus } from './api/sources/system-status.ts';
import { createSpans } from './api/spans/spans.ts';
import { createTimes } from './api/time/times.ts';
import { createBundles } from './bundle/bundles.ts';
import type { BundleHeader } from './bundle/manifest.ts';
import { loadBundle, type ReplaySource } from './bundle/load-bundle.ts';
import { isLoopback, type OrreryConfig } from './config.ts';
import { connectKubernetes } from './connect-kubernetes.ts';
import { startIntake } from './intake.ts';
import { createInventoryReader } from './kubernetes/inventory/inventory-reader.ts';
import { startJobs } from './jobs/start-jobs.ts';
import { createCertificateReader } from './readers/certificate-reader.ts';
import { createConfigChangeReader } from './readers/config-change-reader.ts';
import { createConfigReader } from './readers/config-reader.ts';
import { createOperationReader } from './readers/operation-reader.ts';
import { readBundlePieces } from './readers/bundle-reader.ts';
import { createActivityReader } from './readers/activity-reader.ts';
import { createEdgeZoneReader } from './readers/edge-zone-reader.ts';
import { createFindingReader } from './readers/finding-reader.ts';
import { createEventReader } from './readers/event-reader.ts';
import { createMeshReader } from './readers/mesh-reader.ts';
import { createPastEventReader } from './readers/past-event-reader.ts';
import { createProofReader } from './readers/proof-reader.ts';
import { createScrapeReader } from './readers/scrape-reader.ts';
import { createSourceReader } from './readers/source-reader.ts';
import { createSpanReader } from './readers/span-reader.ts';
import { createTrafficReader } from './readers/traffic-reader.ts';
import { watchFindings, watchJobs, watchLiveGraphs } from './self/gauges.ts';
import { readiness } from './self/health.ts';
import { createMetrics, type SelfMetrics } from './self/metrics.ts';
import { observeStore } from './self/observed-store.ts';
import { noTracing, startTracing, type Tracing } from './self/tracing.ts';
import { stopInOrder, type StopStep } from './stop-in-order.ts';
import { createObserver } from './validation/observed/observer.ts';
import { version } from './version.ts';
import { startWebhook } from './webhook/start-webhook.ts';
import { createBundleWriter } from './writers/bundle-writer.ts';
import { createEventWriter } from './writers/event-writer.ts';

/** A whole Orrery in this process. */
export interface RunningServer {
  readonly url: string;
  /** Ends in order, within 10 s. False where a part had to be given up. */
  stop(): Promise<boolean>;
}

interface Listener {
  readonly protocol: string;
  readonly address: string;
}

/** The same places from `src` and from `dist`. */
const consoleDirectory = fileURLToPath(new URL('../../web/dist', import.meta.url));
const schemaFile = new URL('../schema.graphql', import.meta.url);

/** In this order parts end: intake first, then what was taken is stored, then the rest; the store last. */
const stopOrder = ['webhook', 'live graphs', 'kubernetes', 'sources', 'queue', 'reports', 'jobs', 'api', 'tracing', 'store'] as const;
type Part = (typeof stopOrder)[number];

/**
 * `orrery serve`:
 *
 * 1. The store opens (engine or server, then migrations) while Nest is being loaded beside it.
 * 2. Sources start: from here on telemetry is taken.
 * 3. Jobs start.
 * 4. API and console listen last, so that `/readyz` says yes from its first answer on.
 *
 * If a step fails, what was started is stopped and the error goes up.
 *
 * A replay loads a bundle instead of steps 2 and 3, and its clock stands where the recording ended.
 */
export async function serve(config: OrreryConfig, logger: Logger, wallClock: () => number = Date.now, replay?: ReplaySource): Promise<RunningServer> {
  const startedMs = wallClock();
  const parts = new Map<Part, Omit<StopStep, 'name'>>();
  let stopping = false;
  const stop = (): Promise<boolean> => {
    stopping = true;
    return stopInOrder(stopOrder.flatMap((name) => { const part = parts.get(name); return part ? [{ name, ...part }] : []; }), logger);
  };
  const loadingHttp = import('./api/http/http-server.ts');
  loadingHttp.catch(() => undefined);

  try {
    const metrics = createMetrics();
    let tracing = noTracing;
    const opened = await openStore(config.store, logger);
    parts.set('store', { withinMs: 7_000, run: () => opened.close() });
    const store = observeStore(opened, metrics, { child: (name, attributes, run) => tracing.child(name, attributes, run) }, storeAddress(config));

    const recorded = replay && await loadBundle(replay, await createBundleWriter(opened), schemaVersion());
    const now = recorded ? (): number => recorded.recordedAtMs : wallClock;
    const shown = recorded ? { from: recorded.window.from - recorded.lookbackSeconds, to: recorded.window.to } : null;
    const tenant = recorded?.tenant ?? config.tenant;
    const observed = createTrafficReader(store, now);
    const observer = createObserver({
      tenant, traffic: observed, dataBegan: createDataBegan(tenant, observed, now), activity: createActivityReader(store, now), zones: createEdgeZoneReader(store),
      certificates: createCertificateReader(store), changes: createConfigChangeReader(store), settings: config.findings.observed, now,
    });
    const intake = recorded ? null : await startIntake(config, store, metrics, logger, now);
    if (intake) {
      parts.set('sources', { withinMs: 1_500, run: () => intake.sources.stop() });
      parts.set('queue', { withinMs: 2_000, run: () => intake.sink.stop() });
      parts.set('reports', { withinMs: 500, run: () => intake.sourceLog.stop() });
      const jobs = startJobs(tenant, store, observer, config.findings.observed, logger, now);
      watchJobs(metrics, () => jobs.statuses());
      watchFindings(metrics, () => jobs.findings());
      parts.set('jobs', { withinMs: 1_000, run: () => jobs.stop() });
    }

    const kubernetes = intake && connectKubernetes(config, store, intake.sourceLog, metrics, logger, now);
    if (kubernetes) parts.set('kubernetes', { withinMs: 1_000, run: () => kubernetes.stop() });
    const inventory = kubernetes?.inventory ?? createInventoryReader([], createConfigReader(store), now);

    const reader = createTrafficReader(store, now);
    const operations = createOperationReader(store);
    const { graphs, liveGraphs } = createGraphApi({
      tenant, reader, operations, inventory, recorded: shown, now,
      onTick: (durationMs, failure) => observeTick(metrics, durationMs, failure),
      onMade: (durationMs) => { metrics.graphDuration.observe(durationMs / 1000); },
    });
    watchLiveGraphs(metrics, liveGraphs);
    parts.set('live graphs', { withinMs: 100, run: () => liveGraphs.stop() });
    const listeners = [...intake?.sources.addresses ?? []];
    tracing = await openTracing(config.self.traces, listeners);
    parts.set('tracing', { withinMs: 500, run: () => tracing.stop() });
    const configurations = createConfigurations(createConfigReader(store));
    const { startHttpServer } = await loadingHttp;
    const { host, port, introspection, allowedHosts, allowedOrigins } = config.server;
    const http = await startHttpServer(
      {
        graphs,
        operations: createOperations(operations, graphs, now),
        spans: createSpans(tenant, createSpanReader(store), graphs),
        times: createTimes({
          tenant, graphs, mesh: createMeshReader(store, now), activity: createActivityReader(store, now), reader, events: createPastEventReader(store), recorded: shown, now,
        }),
        events: createEvents(tenant, createEventReader(store), now),
        eventIntake: createEventIntake({
          tenant, sink: intake ? createEventWriter(store) : null,
          log: intake?.sourceLog ?? { report: () => undefined, reject: () => undefined }, now,
        }),
        findingStakes: createFindingStakes({ tenant, graphs, configurations, observer, inventory, now }),
        findings: createFindings({
          tenant, graphs, configurations, observations: createObservations({ observer, settings: config.findings.observed, now, sleep: (ms) => sleep(ms, undefined, { ref: false }) }), inventory, history: createFindingReader(store), suppressions: config.findings.suppressions, now,
        }),
        insights: createInsights({
          tenant, graphs, traffic: reader, zones: createEdgeZoneReader(store), proof: createProofReader(store, now), spans: createSpanReader(store),
          sources: (scope, since) => createSourceReader(store).summaries(scope, since), prices: config.cost, recorded: shown, now,
        }),
        sources: createSources(tenant, { ...createSourceReader(store), ...createScrapeReader(store) }, now),
        status: () => ({ version, startedMs, storeMode: store.mode, storeReady: store.isReady() && store.refusesRows() === '', storeStartupMs: store.startupMs, listeners, demo: config.console.demo, replay: recorded ? replayStatus(recorded) : null }),
        // A full disk leaves everything to look at: the console stays within reach.
        readiness: () => readiness({ storeReady: () => store.isReady(), refusesRows: () => '', stopping: () => stopping }),
        metrics: metrics.registry,
        flowsHandler: intake?.sources.flowsHandler ?? refuseIntake,
        bundles: createBundles({ tenant, orreryVersion: version, schemaVersion: schemaVersion(), now, pieces: (range) => readBundlePieces(store, range) }),
        configUploads: kubernetes?.uploads ?? null,
        logger,
        schema: readFileSync(schemaFile, 'utf8'),
        introspection: introspection ?? isLoopback(host),
        policy: guardPolicy(host, allowedHosts, allowedOrigins),
      },
      {
        host, port, consoleDirectory, now: wallClock,
        rootSpan: (name, attributes, run) => tracing.root(name, attributes, run),
        observe: (route, method, status, seconds) => metrics.httpDuration.observe({ route, method, status: String(status) }, seconds),
      },
    ).catch((error: unknown) => Promise.reject(listenFailure({ what: 'the API', host, port, setting: 'server.port' }, error)));
    parts.set('api', { withinMs: 1_000, run: () => http.stop() });
    listeners.push({ protocol: 'http', address: http.address });
    if (config.webhook.enabled && !recorded) {
      const { webhook: settings } = config;
      const webhook = await startWebhook(settings, { tenant, config: createConfigReader(store), logger, now })
        .catch((error: unknown) => Promise.reject(listenFailure({ what: 'the admission webhook', host: settings.host, port: settings.port, setting: 'webhook.port' }, error)));
      parts.set('webhook', { withinMs: 1_000, run: () => webhook.stop() });
      listeners.push({ protocol: 'admission', address: webhook.address });
    }
    logger.info({ url: http.url, listeners, store: store.mode, readyMs: wallClock() - startedMs }, 'orrery is ready');
    return { url: http.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Number of the newest migration. */
const schemaVersion = (): number => readMigrations(migrationsDir()).length;

const replayStatus = ({ window, recordedAtMs, title }: BundleHeader): SystemStatus['replay'] => ({ ...window, recordedAtMs, title });

/** A replay takes nothing in: what is sent to it would be lost. */
function refuseIntake(_req: IncomingMessage, _res: ServerResponse): Promise<void> {
  return Promise.reject(new ApiError('READ_ONLY', 'this is a replay of a bundle: it takes nothing in'));
}

function observeTick({ tickDuration, tickFailures }: SelfMetrics, durationMs: number, failure: unknown): void {
  tickDuration.observe(durationMs / 1000);
  if (failure !== undefined) tickFailures.inc();
}

function storeAddress({ store }: OrreryConfig): string {
  return store.url === undefined ? 'localhost' : new URL(store.url).hostname;
}

/** `true` sends Orrery's spans to its own receiver. */
async function openTracing(traces: OrreryConfig['self']['traces'], listeners: readonly Listener[]): Promise<Tracing> {
  const own = listeners.find(({ protocol }) => protocol === 'otlp-grpc');
  if (traces === true) return own ? startTracing(`http://${own.address}`, version) : noTracing;
  return traces === false ? noTracing : startTracing(traces, version);
}
