import { arrivalsOf, type TraceContext } from './arrivals.ts';
import type { ConnectionHappening, Happening, Pod, SpanHappening } from './happening.ts';
import { createPods } from './pods.ts';
import { createRandom } from './random.ts';
import {
  faultsAt, indexScenario, isPlaintext, serviceHost, slowdownOf, troublesOf,
  type Call, type Fault, type Operation, type Scenario, type Service,
} from './scenario.ts';

/** How long a caller's proxy waits before it answers 504 UT. */
const timeoutMs = 800;
const connectionLifeMs = 10_000;

/** What happens in a mesh, as time goes on. */
export interface Traffic {
  /** Everything that ended in (last call, toMs], in order of time. */
  advance(toMs: number): readonly Happening[];
  readonly pods: readonly Pod[];
}

/** How a scenario is played. */
export interface TrafficOptions {
  /** The same seed gives the same happenings. */
  readonly seed: number;
  readonly startMs: number;
  /** Scenario seconds per second: hastens the fault timeline, not the traffic. */
  readonly speed: number;
}

interface Ended { readonly endMs: number; readonly failed: boolean }

/** Plays a scenario: request trees in continuous time, each with what every observer along it gets to see. */
export function createTraffic(scenario: Scenario, options: TrafficOptions): Traffic {
  const index = indexScenario(scenario);
  const random = createRandom(options.seed);
  const pods = createPods(scenario, random);
  let pending: Happening[] = [];
  let faults: readonly Fault[] = [];
  const emit = (happening: Happening): void => { pending.push(happening); };

  const span = (pod: Pod, context: TraceContext, fields: Omit<SpanHappening, 'kind' | 'at' | 'pod' | 'traceId' | 'parentSpanId' | 'link'> & Partial<Pick<SpanHappening, 'link'>>): void => {
    if (pod.workload.spans && context.sampled) {
      emit({ kind: 'span', at: fields.endMs, pod, traceId: context.traceId, parentSpanId: context.parentSpanId, link: null, ...fields });
    }
  };

  /** Layer-4 view of bytes between two pods where a ztunnel stands at either end; sometimes a new connection. */
  const tunnel = (caller: Pod, callee: Pod | null, service: Service | null, at: number, bytesSent: number, bytesReceived: number): void => {
    if (caller.workload.dataPlane !== 'ambient' && callee?.workload.dataPlane !== 'ambient') return;
    const common = { kind: 'connection', caller, callee, service } as const satisfies Partial<ConnectionHappening>;
    if (random.next() < scenario.newConnectionShare) {
      emit({ ...common, at, phase: 'open', bytesSent: 0, bytesReceived: 0 });
      emit({ ...common, at: at + connectionLifeMs * (0.5 + random.next()), phase: 'close', bytesSent: 0, bytesReceived: 0 });
    }
    emit({ ...common, at, phase: 'bytes', bytesSent, bytesReceived });
  };

  const handle = (operation: Operation, pod: Pod, startMs: number, context: TraceContext): Ended => {
    const spanId = random.hex(8);
    const inner = pod.workload.spans ? { ...context, parentSpanId: spanId } : context;
    const workMs = random.duration(operation.work);
    let now = startMs + workMs / 2;
    let failed = false;
    for (const call of operation.calls) {
      if (random.next() >= call.probability) continue;
      const ended = perform(call, pod, now, inner);
      now = ended.endMs;
      if (ended.failed && call.onError === 'fail') { failed = true; break; }
    }
    const endMs = now + workMs / 2;
    serverSpan(operation, pod, context, spanId, startMs, endMs, failed);
    return { endMs, failed };
  };

  const serverSpan = (operation: Operation, pod: Pod, context: TraceContext, spanId: string, startMs: number, endMs: number, failed: boolean): void => {
    const service = index.service(operation.service);
    const grpc = operation.route.startsWith('/shop.');
    const name = grpc ? operation.route.slice(1) : `${operation.method} ${operation.route}`;
    span(pod, context, {
      spanId, spanKind: 'server', name, startMs, endMs, failed,
      attributes: {
        ...protocolAttributes(operation, grpc ? 'grpc' : 'http', failed ? 500 : 200, failed),
        'server.address': serviceHost(service), 'server.port': service.port,
      },
    });
  };

  const perform = (call: Call, caller: Pod, startMs: number, context: TraceContext): Ended => {
    switch (call.kind) {
      case 'request': return request(call, caller, startMs, context);
      case 'query': {
        const database = index.database(call.database);
        const endMs = startMs + random.duration(call.latency) * slowdownOf(database.name, faults);
        span(caller, context, {
          spanId: random.hex(8), spanKind: 'client', name: call.statement, startMs, endMs, failed: false,
          attributes: {
            'db.system.name': database.system, 'db.namespace': database.namespace, 'db.query.summary': call.statement,
            'server.address': database.address, 'server.port': database.port,
          },
        });
        return { endMs, failed: false };
      }
      case 'publish': return publish(call, caller, startMs, context);
      case 'external': {
        const endMs = startMs + random.duration(call.latency);
        span(caller, context, {
          spanId: random.hex(8), spanKind: 'client', name: 'POST', startMs, endMs, failed: false,
          attributes: {
            'http.request.method': 'POST', 'http.response.status_code': 200, 'url.full': `https://${call.host}${call.route}`,
            'server.address': call.host, 'server.port': call.port,
          },
        });
        tunnel(caller, null, null, endMs, 1200, 900);
        return { endMs, failed: false };
      }
    }
  };

  const publish = (call: Call & { kind: 'publish' }, caller: Pod, startMs: number, context: TraceContext): Ended => {
    const topic = index.topic(call.topic);
    const spanId = random.hex(8);
    const endMs = startMs + 1 + random.next();
    const attributes = { 'messaging.system': topic.system, 'messaging.destination.name': topic.name };
    span(caller, context, {
      spanId, spanKind: 'producer', name: `send ${topic.name}`, startMs, endMs, failed: false,
      attributes: { ...attributes, 'messaging.operation.type': 'send', 'messaging.operation.name': 'send' },
    });
    const received = endMs + random.duration(call.lag);
    span(pods.of(call.consumer), { ...context, parentSpanId: spanId }, {
      spanId: random.hex(8), spanKind: 'consumer', name: `process ${topic.name}`, startMs: received, endMs: received + random.duration(call.work), failed: false,
      attributes: { ...attributes, 'messaging.operation.type': 'process', 'messaging.operation.name': 'process', 'messaging.consumer.group.name': call.consumer },
      link: { traceId: context.traceId, spanId },
    });
    return { endMs, failed: false };
  };

  const request = (call: Call & { kind: 'request' }, caller: Pod, startMs: number, context: TraceContext): Ended => {
    const operation = index.operation(call.operation);
    const service = index.service(operation.service);
    const spanId = random.hex(8);
    const inner = caller.workload.spans ? { ...context, parentSpanId: spanId } : context;
    const net = random.duration(scenario.network);
    const troubles = troublesOf(call, caller.workload.name, faults);
    const requestBytes = 300 + Math.floor(random.next() * 400);
    const attempt = (callee: Pod | null, source: { code: string; flags: string } | null, destination: { code: string; flags: string } | null, from: number, end: number, failed: boolean): void => {
      const waypoint = service.waypoint !== undefined && caller.workload.dataPlane === 'ambient' ? pods.of(service.waypoint) : null;
      const responseBytes = failed ? 120 : 900 + Math.floor(random.next() * 3000);
      emit({
        kind: 'request', at: end, caller, callee, service, protocol: call.protocol, waypoint,
        grpcStatus: call.protocol === 'grpc' ? (failed ? '13' : '0') : '',
        source: source && { ...source, ms: end - startMs },
        destination: destination && { ...destination, ms: end - from - net },
        plaintext: callee !== null && isPlaintext(callee.workload.name, faults),
        requestBytes, responseBytes,
      });
      if (!callee) return;
      if (waypoint) {
        tunnel(caller, waypoint, service, end, requestBytes, responseBytes);
        tunnel(waypoint, callee, service, end, requestBytes, responseBytes);
      } else tunnel(caller, callee, service, end, requestBytes, responseBytes);
    };
    const done = (endMs: number, code: number): Ended => {
      const failed = code >= 500;
      span(caller, context, {
        spanId, spanKind: 'client', name: call.protocol === 'grpc' ? operation.route.slice(1) : operation.method, startMs, endMs, failed,
        attributes: {
          ...protocolAttributes(operation, call.protocol, code, failed), 'url.full': `http://${serviceHost(service)}:${service.port}${operation.route}`,
          'server.address': serviceHost(service), 'server.port': service.port,
        },
      });
      return { endMs, failed };
    };
    const answer = (code: string): { code: string; flags: string } => ({ code: call.protocol === 'grpc' ? '200' : code, flags: '' });

    let left = random.next();
    const meets = (share: number | undefined): boolean => (left -= share ?? 0) < 0;
    if (meets(troubles.noHealthyUpstream)) {
      attempt(null, { code: '503', flags: 'UH' }, null, startMs, startMs + 0.2, true);
      return done(startMs + 0.2, 503);
    }
    if (meets(troubles.noCluster)) {
      attempt(null, { code: '503', flags: 'NC' }, null, startMs, startMs + 0.1, true);
      return done(startMs + 0.1, 503);
    }
    if (meets(troubles.terminated)) {
      attempt(pods.behind(service), { code: '503', flags: 'UC' }, null, startMs, startMs + net, true);
      return done(startMs + net, 503);
    }
    if (meets(troubles.timeout)) {
      attempt(pods.behind(service), { code: '504', flags: 'UT' }, { code: '0', flags: 'DC' }, startMs, startMs + timeoutMs, true);
      return done(startMs + timeoutMs, 504);
    }
    for (const [share, code] of [[troubles.failed, 500], [troubles.notFound, 404]] as const) {
      if (!meets(share)) continue;
      const end = startMs + net + random.duration(operation.work);
      const callee = pods.behind(service);
      attempt(callee, answer(String(code)), answer(String(code)), startMs, end, code >= 500);
      serverSpan(operation, callee, inner, random.hex(8), startMs + net / 2, end - net / 2, code >= 500);
      return done(end, code);
    }
    let from = startMs;
    for (let left = call.retries ?? 0; ; left--) {
      const callee = pods.behind(service);
      if (random.next() < (callee.workload.refuses ?? 0)) {
        const end = from + net + 0.5;
        attempt(callee, left > 0 ? null : { code: '503', flags: call.retries ? 'URX' : '' }, answer('503'), from, end, true);
        if (left > 0) { from = end; continue; }
        return done(end, 503);
      }
      const handled = handle(operation, callee, from + net / 2, inner);
      const end = handled.endMs + net / 2;
      const code = handled.failed ? 500 : 200;
      attempt(callee, answer(String(code)), answer(String(code)), from, end, handled.failed);
      return done(end, code);
    }
  };

  const arrivals = arrivalsOf(scenario, {
    index, random, pods, emit,
    enter: (root, at, trace) => { request({ kind: 'request', protocol: 'http', operation: root.operation, probability: 1, onError: 'fail' }, pods.of(root.gateway), at, trace); },
  }, options.startMs);

  return {
    pods: pods.all,
    advance(toMs) {
      for (const arrival of arrivals) {
        for (; arrival.next <= toMs; arrival.next += random.gapMs(arrival.perSecond)) {
          faults = faultsAt(scenario, ((arrival.next - options.startMs) / 1000) * options.speed);
          arrival.play(arrival.next);
        }
      }
      const ended = pending.filter((happening) => happening.at <= toMs).sort((a, b) => a.at - b.at);
      pending = pending.filter((happening) => happening.at > toMs);
      return ended;
    },
  };
}

function protocolAttributes(operation: Operation, protocol: 'http' | 'grpc', code: number, failed: boolean): Record<string, string | number> {
  if (protocol === 'grpc') {
    const [, service = '', method = ''] = operation.route.split('/');
    return { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method, 'rpc.grpc.status_code': failed ? 13 : 0 };
  }
  return {
    'http.request.method': operation.method, 'http.route': operation.route, 'http.response.status_code': code,
    ...(failed ? { 'error.type': String(code) } : {}),
  };
}
