import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { shop } from '../scenarios/shop.ts';
import { applyManifests } from './applied-manifests.ts';
import { startOrrery, type OrreryPorts } from './orrery-process.ts';
import type { Page } from './mesh.ts';
import type { Scenario } from './scenario.ts';
import { startSimulator, timeline, type SimulatorCounts } from './simulator.ts';

const defaultDataDir = resolve(import.meta.dirname, '../../.orrery-demo');

export interface DemoOptions {
  readonly scenario?: Scenario;
  /** Port of the console; 0 = chosen freely. */
  readonly port?: number;
  readonly seed?: number;
  readonly speed?: number;
  readonly dataDir?: string;
  /** Goes on with the data of an earlier demo. */
  readonly keep?: boolean;
  readonly scrapeIntervalSeconds?: number;
  readonly logLevel?: string;
  /** Traffic begins when the clock is at a multiple of so many seconds; default: at once. */
  readonly beginAtFullSeconds?: number;
}

export interface Demo {
  readonly url: string;
  readonly ports: OrreryPorts;
  readonly scenario: Scenario;
  /** Unix milliseconds at which the traffic and the fault timeline began. */
  readonly startedMs: number;
  counts(): SimulatorCounts;
  /** Resolves when the server ends by itself or by `stop`. */
  readonly exited: Promise<void>;
  /** What the server printed last. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts the built server as a child on a fresh data directory and lets the sample mesh send real telemetry to it. */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  const { scenario = shop, seed = 1, speed = 1, dataDir = defaultDataDir, scrapeIntervalSeconds = 5 } = options;
  if (options.keep !== true) rmSync(dataDir, { recursive: true, force: true });
  const simulator = await startSimulator({ scenario, seed, speed, now: Date.now });
  const manifests = applyManifests(scenario, join(dataDir, 'manifests'), Date.now);
  try {
    const orrery = await startOrrery({
      dataDir,
      config: {
        console: { demo: true },
        scrape: scrapeSection(dataDir, simulator.metricsAddress, simulator.pages, scrapeIntervalSeconds),
        hubble: { relays: [{ name: 'demo', address: simulator.relayAddress }] },
        kubernetes: { directories: [{ cluster: scenario.cluster, path: manifests.directory }] },
      },
      ...(options.port === undefined || options.port === 0 ? {} : { ports: { http: options.port } }),
      ...(options.logLevel === undefined ? {} : { logLevel: options.logLevel }),
    });
    const fullMs = (options.beginAtFullSeconds ?? 0) * 1_000;
    if (fullMs > 0) await sleep(fullMs - Date.now() % fullMs);
    simulator.begin({ grpc: `127.0.0.1:${orrery.ports.otlpGrpc}`, http: `127.0.0.1:${orrery.ports.otlpHttp}` });
    manifests.follow(simulator.startedMs(), speed);
    return {
      url: orrery.url, ports: orrery.ports, scenario, startedMs: simulator.startedMs(), exited: orrery.exited,
      counts: () => simulator.counts(),
      output: () => orrery.output(),
      async stop() {
        manifests.stop();
        await simulator.stop();
        await orrery.stop();
      },
    };
  } catch (error) {
    manifests.stop();
    await simulator.stop();
    throw error;
  }
}

/** Two jobs with their targets in `file_sd` files, as service discovery would write them. */
function scrapeSection(dataDir: string, address: string, pages: readonly Page[], intervalSeconds: number): Record<string, unknown> {
  mkdirSync(dataDir, { recursive: true });
  const job = (name: string, kind: Page['kind']): Record<string, unknown> => {
    const file = join(dataDir, `targets-${name}.json`);
    const targets = pages.filter((page) => page.kind === kind);
    writeFileSync(file, JSON.stringify(targets.map(({ path, namespace, pod, workload }) => ({ targets: [address], labels: { __metrics_path__: path, namespace, pod, workload } })), null, 2));
    return { name, intervalSeconds, files: [file] };
  };
  return { jobs: [job('istio', 'envoy'), job('ztunnel', 'ztunnel')] };
}

const usage = `usage: npm run demo [-- options]

Runs Orrery with a sample mesh: a shop of ${shop.services.length} services that sends metrics, spans and flows.

  --port <n>    port of the console (default 7070)
  --speed <x>   hastens the fault timeline (default 1)
  --seed <n>    another seed gives other traffic of the same shop (default 1)
  --keep        goes on with the data of the last demo (in .orrery-demo)
  --help        shows this`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '7070' }, speed: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' },
      keep: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const port = Number(values.port), speed = Number(values.speed), seed = Number(values.seed);
  if (!Number.isInteger(port) || port < 0 || port > 65_535 || !(speed > 0) || !Number.isInteger(seed)) {
    console.error(`--port needs a port, --speed a number above 0, --seed a whole number\n\n${usage}`);
    process.exit(2);
  }
  const stopped = new AbortController();
  // Not once: a terminal and the script above both pass the signal on.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => { stopped.abort(); });
  const demo = await startDemo({ port, speed, seed, keep: values.keep, logLevel: 'warn' });
  console.log(`Orrery with the sample mesh: ${demo.url}\n\nWhat goes wrong, and when (minutes from now, repeating every ${Math.round(demo.scenario.period / speed)} s):`);
  for (const line of timeline(demo.scenario, speed)) console.log(`  ${line}`);
  console.log('\nCtrl-C stops it.');
  const ended = await Promise.race([
    demo.exited.then(() => 'server' as const),
    new Promise<'signal'>((done) => { stopped.signal.addEventListener('abort', () => { done('signal'); }); if (stopped.signal.aborted) done('signal'); }),
  ]);
  await demo.stop();
  if (ended === 'server') {
    console.error(`the server ended:\n${demo.output()}`);
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
