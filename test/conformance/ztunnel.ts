import { deepStrictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildServiceGraph } from '@orrery/server/inference/load-graph';
import type { GraphEdge, ServiceGraph } from '@orrery/server/inference/graph';
import { edgeWindows, scrapePages, type RecordedPage } from './scrape-pages.ts';
import { suiteFrom, type ConformanceCase, type Suite } from './suite.ts';
import { intervals, trueEdges, type Interval, type TrueEdge, type Truth } from './ztunnel-truth.ts';

const runs = ['a/text', 'a/json', 'a-1.28.10/text', 'c/json'];
const nodes = ['node-1', 'node-2'];

/**
 * Metrics pages of real ztunnels, two nodes each, between two snapshots, against what the traffic driver did:
 * parsed, made deltas, decoded, both reporters merged into the graph. One case an edge, and one that there are no others.
 */
export function ztunnel(): Suite {
  return suiteFrom('ztunnel-real', (path) => ({ cases: runs.flatMap((run) => runCases(run, resolve(path, run))), skipped: [] }));
}

function runCases(run: string, path: string): ConformanceCase[] {
  const truth = JSON.parse(readFileSync(resolve(path, 'truth.json'), 'utf8')) as Truth;
  return intervals.flatMap((interval) => intervalCases(`${run} ${interval.from}→${interval.to}`, path, truth, interval));
}

function intervalCases(name: string, path: string, truth: Truth, interval: Interval): ConformanceCase[] {
  const expected = trueEdges(truth, interval);
  let found: Promise<Map<string, FoundEdge>> | undefined;
  const load = (): Promise<Map<string, FoundEdge>> => (found ??= foundEdges(path, truth, interval));
  return [
    ...[...expected].map(([key, edge]): ConformanceCase => ({
      name: `${name} ${key}`,
      async run() {
        deepStrictEqual((await load()).get(key)?.numbers, numbersOf(edge));
        checkServices((await load()).get(key)?.services ?? [], edge, truth);
      },
    })),
    {
      name: `${name} no other edges`,
      async run() {
        deepStrictEqual([...(await load()).keys()].sort(), [...expected.keys()].sort());
      },
    },
  ];
}

interface Numbers {
  readonly opened: number;
  readonly failed: number | null;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly mtlsShare: number | null;
  readonly open: number;
}

interface FoundEdge {
  readonly numbers: Numbers;
  readonly services: readonly string[];
}

function numbersOf(edge: TrueEdge): Numbers {
  return {
    opened: edge.opened,
    failed: edge.failuresTold ? edge.failed : null,
    bytesSent: edge.bytesSent,
    bytesReceived: edge.bytesReceived,
    mtlsShare: edge.opened === 0 ? null : edge.secured / edge.opened,
    open: edge.open,
  };
}

/** Named services are those that clients addressed; where they used a pod's address, a guess may name one that leads there. */
function checkServices(services: readonly string[], edge: TrueEdge, truth: Truth): void {
  if (edge.services.size > 0) {
    deepStrictEqual(services, [...edge.services].sort());
    return;
  }
  for (const service of services) {
    const pods = truth.services.find(({ hostname }) => hostname === service)?.backends ?? [];
    const leadsThere = truth.workloads.some(({ pod, workload }) => workload === edge.destination && pods.includes(pod));
    if (!leadsThere) throw new Error(`service ${service} does not lead to ${edge.destination}`);
  }
}

async function foundEdges(path: string, truth: Truth, interval: Interval): Promise<Map<string, FoundEdge>> {
  const snapshots = [interval.from, interval.to] as const;
  const rows = await Promise.all(nodes.map((node) => scrapePages(`${node}:15020`, snapshots.map((n) => recordedPage(path, truth, node, n)))));
  const step = 10;
  const from = Date.parse(truth.times[`snapshot${interval.from}`]) / 1000, to = Date.parse(truth.times[`snapshot${interval.to}`]) / 1000;
  const graph = buildServiceGraph(edgeWindows(rows.flat()), {
    tenant: 'default', type: 'workload', now: to + step,
    window: { from: Math.floor(from / step) * step, to: Math.ceil(to / step) * step, step },
  });
  return new Map(graph.edges.map((edge) => [`${nameOf(graph, edge.source)} → ${nameOf(graph, edge.destination)}`, foundEdge(edge, graph.coveredSeconds)]));
}

function foundEdge(edge: GraphEdge, seconds: number): FoundEdge {
  const { signals } = edge;
  const count = (rate: number | null): number => Math.round((rate ?? NaN) * seconds);
  return {
    numbers: {
      opened: count(signals.connectionsPerSecond),
      failed: signals.connectionsFailedPerSecond === null ? null : count(signals.connectionsFailedPerSecond),
      bytesSent: count(signals.bytesSentPerSecond),
      bytesReceived: count(signals.bytesReceivedPerSecond),
      mtlsShare: edge.mtlsShare,
      open: signals.openConnections ?? NaN,
    },
    services: edge.services,
  };
}

function nameOf(graph: ServiceGraph, id: string): string {
  return graph.nodes.find((node) => node.id === id)?.entity.name ?? '?';
}

function recordedPage(path: string, truth: Truth, node: string, snapshot: 0 | 1 | 2): RecordedPage {
  const file = resolve(path, `${node}.metrics.${snapshot}`);
  return {
    timeMs: Date.parse(truth.times[`snapshot${snapshot}`]),
    body: readFileSync(`${file}.txt`),
    contentType: /^content-type: *(.*)$/im.exec(readFileSync(`${file}.headers.txt`, 'utf8'))?.[1]?.trim() ?? '',
  };
}
