import { randomBytes } from 'node:crypto';
import { ProtoWriter } from '@orrery/collectors/wire/proto-writer';

/**
 * Spans in units of 16: a client with 8 requests to one server, as two `ResourceSpans` frames. An OTLP request
 * is any row of units one after another, so a unit can be sent again among other neighbours.
 * A unit is encoded once as a template; ids and times are patched into a copy.
 */
export const spansPerUnit = 16;
const pairsPerUnit = 8;

export interface SpanUnits {
  /** Number of client → server edges that the units walk through. */
  readonly edges: number;
  /** The unit with this number; its 8 traces and 16 spans have ids that no other number has. */
  encode(unit: number, nowMs: number): Buffer;
  /** Trace ids of a unit, 32 hex digits each; every trace has a client and a server span. */
  traceIds(unit: number): readonly string[];
}

export interface UnitOptions {
  readonly clients: number;
  readonly servers: number;
  /** Prefix of service names. */
  readonly name: string;
  /** Makes ids of two runs differ; 4 bytes. */
  readonly run?: Uint8Array;
}

interface Template { readonly bytes: Buffer; readonly spans: readonly { readonly pair: number; readonly trace: number; readonly span: number; readonly parent: number; readonly start: number; readonly end: number }[] }

/**
 * Units of paired spans as OTLP protobuf, stamped into templates: each of one edge, all edges in turn; the same unit of a run
 * has the same ids each time.
 */
export function createSpanUnits({ clients, servers, name, run = randomBytes(4) }: UnitOptions): SpanUnits {
  const edges = clients * servers;
  const templates = Array.from({ length: edges }, (_, edge) => template(`${name}-c${Math.floor(edge / servers)}`, `${name}-s${edge % servers}`));
  const trace = Buffer.alloc(16);
  const span = Buffer.alloc(8);
  trace.set(run, 0);
  span.set(run.subarray(0, 2), 0);
  const traceId = (unit: number, pair: number): Buffer => {
    trace.writeUIntBE(unit * pairsPerUnit + pair + 1, 10, 6);
    return trace;
  };
  return {
    edges,
    encode(unit, nowMs) {
      const { bytes, spans } = templates[unit % edges] ?? template(name, name);
      const out = Buffer.from(bytes);
      const endNs = BigInt(Math.floor(nowMs)) * 1_000_000n;
      spans.forEach((at, i) => {
        out.set(traceId(unit, at.pair), at.trace);
        const isServer = i >= pairsPerUnit;
        span.writeUIntBE((unit * pairsPerUnit + at.pair + 1) * 2 + (isServer ? 1 : 0), 2, 6);
        out.set(span, at.span);
        if (at.parent >= 0) {
          span.writeUIntBE((unit * pairsPerUnit + at.pair + 1) * 2, 2, 6);
          out.set(span, at.parent);
        }
        const durationNs = BigInt(2_000_000 + ((unit * 7919 + at.pair * 104_729) % 40) * 1_000_000);
        out.writeBigUInt64LE(endNs - durationNs - (isServer ? 0n : 800_000n), at.start);
        out.writeBigUInt64LE(endNs, at.end);
      });
      return out;
    },
    traceIds: (unit) => Array.from({ length: pairsPerUnit }, (_, pair) => traceId(unit, pair).toString('hex')),
  };
}

function template(client: string, server: string): Template {
  const marks: { pair: number; trace: Buffer; span: Buffer; parent: Buffer | null; start: Buffer; end: Buffer }[] = [];
  const frame = (service: string, kind: 2 | 3): Buffer => new ProtoWriter(8192).message(1, (resourceSpans) => {
    resourceSpans.message(1, (resource) => {
      for (const [key, value] of [['service.name', service], ['service.version', 'v1'], ['k8s.cluster.name', 'load'], ['k8s.namespace.name', 'load'], ['k8s.deployment.name', service]] as const) text(resource, 1, key, value);
    });
    resourceSpans.message(2, (scope) => {
      scope.message(1, (inner) => inner.string(1, 'load'));
      for (let pair = 0; pair < pairsPerUnit; pair++) {
        const mark = { pair, trace: randomBytes(16), span: randomBytes(8), parent: kind === 2 ? randomBytes(8) : null, start: randomBytes(8), end: randomBytes(8) };
        marks.push(mark);
        scope.message(2, (span) => {
          span.bytes(1, mark.trace).bytes(2, mark.span);
          if (mark.parent) span.bytes(4, mark.parent);
          span.string(5, `GET /items/${pair}`).varint(6, kind).fixed64(7, mark.start.readBigUInt64LE()).fixed64(8, mark.end.readBigUInt64LE());
          for (const [key, value] of [
            ['http.request.method', 'GET'], ['http.route', `/items/${pair}`], ['url.full', `http://${server}.load.svc.cluster.local:8080/items/${pair}`],
            ['server.address', `${server}.load.svc.cluster.local`], ['network.protocol.version', '1.1'], ['user_agent.original', 'load/1.0'],
            ['client.address', '10.1.2.3'], ['thread.name', 'worker-3'],
          ] as const) text(span, 9, key, value);
          for (const [key, value] of [['http.response.status_code', 200], ['server.port', 8080]] as const) {
            span.message(9, (attribute) => attribute.string(1, key).message(2, (any) => any.varint(3, value)));
          }
        });
      }
    });
  }).finish();
  const bytes = Buffer.concat([frame(client, 3), frame(server, 2)]);
  return {
    bytes,
    spans: marks.map((mark) => ({
      pair: mark.pair, trace: bytes.indexOf(mark.trace), span: bytes.indexOf(mark.span), parent: mark.parent ? bytes.indexOf(mark.parent) : -1,
      start: bytes.indexOf(mark.start), end: bytes.indexOf(mark.end),
    })),
  };
}

function text(writer: ProtoWriter, field: number, key: string, value: string): void {
  writer.message(field, (attribute) => attribute.string(1, key).message(2, (any) => any.string(1, value)));
}
