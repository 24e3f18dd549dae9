import type { DataSource, Rejection, SystemStatus } from '../graphql/operations.ts';
import { age, count, plural } from '../lib/format.ts';

export type StepState = 'done' | 'waiting' | 'trouble' | 'later';

export interface Step {
  readonly key: 'running' | 'store' | 'arriving' | 'edge' | 'more';
  readonly state: StepState;
  readonly title: string;
  readonly text: string;
}

export interface Known {
  readonly status: SystemStatus | null;
  readonly dataSources: readonly DataSource[];
  readonly rejections: readonly Rejection[];
  readonly edges: number;
  readonly nowMs: number;
}

/** The way to the first graph, each step with what is really known of it. */
export function steps({ status, dataSources, rejections, edges, nowMs }: Known): readonly Step[] {
  const stored = sum(dataSources, (one) => one.stored);
  const rejected = sum(dataSources, (one) => one.rejected);
  const received = sum(dataSources, (one) => one.received);
  const down = dataSources.filter((one) => one.state === 'down');
  const kinds = new Set(dataSources.filter((one) => one.stored > 0).map((one) => one.source));
  const listening = status?.listeners.map((one) => `${one.protocol} on ${one.address}`).join(', ') ?? '';
  return [
    { key: 'running', state: status ? 'done' : 'waiting', title: 'Orrery is running', text: status ? `Version ${status.version}, for ${age((nowMs - status.startedMs) / 1000)}.${listening === '' ? ' It listens to nothing yet.' : ` Listening: ${listening}.`}` : 'Asking for its status…' },
    { key: 'store', state: status?.storeReady ? 'done' : status ? 'trouble' : 'later', title: 'The store is ready', text: status?.storeReady ? `ClickHouse, ${status.storeMode}, ready after ${count(status.storeStartupMs / 1000)} s.` : 'The store does not answer, or takes no rows (is its disk full?); telemetry is refused with «try again» until it does.' },
    arriving(received, stored, rejected, down, rejections),
    { key: 'edge', state: edges > 0 ? 'done' : 'later', title: 'See the first edge', text: edges > 0 ? plural(edges, 'edge') : 'Appears within seconds of the first request that is told of from both ends or by a proxy. This page becomes the graph by itself.' },
    { key: 'more', state: kinds.size > 1 ? 'done' : 'later', title: 'Optional: more kinds of telemetry', text: kinds.size > 1 ? `Arriving: ${[...kinds].sort().join(', ')}.` : 'Metrics of proxies give rates and mutual TLS, traces add causes and databases, flows add what has no proxy.' },
  ];
}

function arriving(received: number, stored: number, rejected: number, down: readonly DataSource[], rejections: readonly Rejection[]): Step {
  const base = { key: 'arriving', title: 'Send traffic telemetry' } as const;
  if (stored > 0) return { ...base, state: 'done', text: `${count(stored)} records stored in the last hour${rejected > 0 ? `, ${count(rejected)} rejected` : ''}.` };
  if (received > 0 && rejected > 0) return { ...base, state: 'trouble', text: `${count(received)} records came and ${count(rejected)} were rejected${rejections[0] ? `, last: ${rejections[0].reason}` : ''}.` };
  if (down.length > 0) return { ...base, state: 'trouble', text: `${plural(down.length, 'source')} cannot be reached; ${down[0]!.target}: ${down[0]!.error || 'no reason given'}.` };
  return { ...base, state: 'waiting', text: 'Nothing has arrived yet. Point the mesh at Orrery; no pod needs a restart for metrics.' };
}

function sum(sources: readonly DataSource[], of: (one: DataSource) => number): number {
  return sources.reduce((total, one) => total + of(one), 0);
}
