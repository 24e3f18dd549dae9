import type { Happening } from './happening.ts';
import type { Pods } from './pods.ts';
import type { Random } from './random.ts';
import type { Root, Scenario, ScenarioIndex } from './scenario.ts';

/** Something that happens again and again from outside, a Poisson process. */
export interface Arrival {
  readonly perSecond: number;
  /** Makes it happen at a time, Unix ms. */
  play(at: number): void;
  /** When it happens next, Unix ms. */
  next: number;
}

/** The trace that a request belongs to, and the span that it is made in; `''` = none yet. */
export interface TraceContext { readonly traceId: string; readonly sampled: boolean; readonly parentSpanId: string }

/** What arrivals are made with. */
export interface ArrivalParts {
  readonly index: ScenarioIndex;
  readonly random: Random;
  readonly pods: Pods;
  emit(happening: Happening): void;
  /** A request comes to a gateway. */
  enter(root: Root, at: number, trace: TraceContext): void;
}

/** What begins in a mesh without being called: requests at gateways, long connections, flows of what has no proxy. */
export function arrivalsOf(scenario: Scenario, { index, random, pods, emit, enter }: ArrivalParts, startMs: number): Arrival[] {
  return [
    ...scenario.roots.map((root) => ({ perSecond: root.perSecond, play: (at: number) => {
      const traceId = random.hex(16);
      const sampled = traceId.slice(-14) >= scenario.sampling.threshold.padEnd(14, '0');
      enter(root, at, { traceId, sampled, parentSpanId: '' });
    } })),
    ...scenario.streams.map((stream) => ({ perSecond: stream.connectionsPerSecond, play: (at: number) => {
      const service = index.service(stream.service);
      const common = { kind: 'connection', caller: pods.of(stream.from), callee: pods.behind(service), service } as const;
      const life = Math.min(-Math.log(1 - random.next()), 4) * stream.meanLifeMs;
      emit({ ...common, at, phase: 'open', bytesSent: 0, bytesReceived: 0 });
      for (const part of [0.25, 0.75]) emit({ ...common, at: at + life * part, phase: 'bytes', bytesSent: stream.bytesSent / 2, bytesReceived: stream.bytesReceived / 2 });
      emit({ ...common, at: at + life, phase: 'close', bytesSent: 0, bytesReceived: 0 });
    } })),
    ...scenario.flows.map((flow) => ({ perSecond: flow.perSecond, play: (at: number) => {
      const service = index.service(flow.service);
      const latencyMs = random.duration(flow.latency);
      const common = { kind: 'flow', caller: pods.of(flow.from), callee: pods.behind(service), service, callerPort: 32768 + Math.floor(random.next() * 28_000), latencyMs, httpCode: 200 } as const;
      const see = (event: 'open' | 'accept' | 'request' | 'response', direction: 'egress' | 'ingress', after: number): void => {
        emit({ ...common, at: at + after, event, direction, id: uuid(random) });
      };
      see('open', 'egress', 0);
      see('open', 'ingress', 0.1);
      see('accept', 'ingress', 0.2);
      if (flow.l7 === 'http') {
        see('request', 'ingress', 0.5);
        see('response', 'ingress', 0.5 + latencyMs);
      }
    } })),
  ].map((source) => ({ ...source, next: startMs + random.gapMs(source.perSecond) }));
}

function uuid(random: Random): string {
  const h = random.hex(16);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20, 32)}`;
}
