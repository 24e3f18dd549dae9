import { createMeshProxies, type MeshProxies, type Page } from './mesh.ts';
import { flowRecord } from './hubble-flow.ts';
import { startHubbleRelay } from './hubble-relay.ts';
import { startMetricsServer } from './metrics-server.ts';
import type { Fault, Scenario } from './scenario.ts';
import { createSpanExporters, type SpanExporters } from './span-exporters.ts';
import { createTraffic, type Traffic } from './traffic.ts';

const tickMs = 200;
/** How often SDKs export: a batch processor's delay, shortened. */
const exportMs = 1000;

export interface SimulatorOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Scenario seconds per second for the fault timeline. */
  readonly speed: number;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** The sample mesh: its metrics pages and Hubble relay listen at once, traffic flows from `begin` on. */
export interface Simulator {
  readonly metricsAddress: string;
  readonly relayAddress: string;
  readonly pages: readonly Page[];
  /** Starts the traffic and the fault timeline; spans go to these OTLP addresses (`host:port`). */
  begin(otlp: { readonly grpc: string; readonly http: string }): void;
  /** Unix milliseconds of `begin`; 0 before. */
  startedMs(): number;
  counts(): SimulatorCounts;
  stop(): Promise<void>;
}

export interface SimulatorCounts { readonly requests: number; readonly flows: number; readonly spansSent: number; readonly spansFailed: number }

/** On free ports. The same seed gives the same pods, and the same traffic from `begin` on. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { scenario, now } = options;
  const bornMs = now();
  let traffic: Traffic | null = null;
  const planned = createTraffic(scenario, { seed: options.seed, startMs: bornMs, speed: options.speed });
  const mesh: MeshProxies = createMeshProxies(scenario, planned.pods, bornMs);
  const metrics = await startMetricsServer(mesh.pages, now);
  const relay = await startHubbleRelay({ port: 0, nodeName: 'relay' });

  let exporters: SpanExporters | null = null;
  let startedMs = 0;
  let requests = 0, flows = 0;
  const tick = (): void => {
    for (const happening of traffic?.advance(now()) ?? []) {
      switch (happening.kind) {
        case 'request': requests++; mesh.request(happening); break;
        case 'connection': mesh.connection(happening); break;
        case 'span': exporters?.add(happening); break;
        case 'flow': flows++; relay.push(flowRecord(scenario.cluster, happening)); break;
      }
    }
  };
  const timers: NodeJS.Timeout[] = [];
  return {
    metricsAddress: metrics.address,
    relayAddress: relay.address,
    pages: mesh.pages,
    begin(otlp) {
      startedMs = now();
      // The same seed makes the same pods, so the proxies prepared above are theirs.
      traffic = createTraffic(scenario, { seed: options.seed, startMs: startedMs, speed: options.speed });
      exporters = createSpanExporters(scenario, planned.pods, otlp);
      timers.push(setInterval(tick, tickMs), setInterval(() => { void exporters?.flush(); }, exportMs));
    },
    startedMs: () => startedMs,
    counts: () => ({ requests, flows, spansSent: exporters?.counts().sent ?? 0, spansFailed: exporters?.counts().failed ?? 0 }),
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await exporters?.flush();
      await exporters?.stop();
      await relay.stop();
      await metrics.stop();
    },
  };
}

/** «0:40 text» for each fault, at the given speed. */
export function timeline(scenario: Scenario, speed: number): readonly string[] {
  const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
  return scenario.faults.map((fault: Fault) => `${clock(fault.from / speed)} – ${clock(fault.to / speed)}  ${fault.says}`);
}
