import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { httpOutcome } from '@orrery/collectors/istio/http-outcome';
import { labelsOf } from '@orrery/collectors/istio/istio-labels';
import { externalHost, workload } from '@orrery/collectors/model/entity';
import { istioQueries, type SpeakingSides } from './istio-queries.ts';
import { anyOfPattern, matchAny, promqlString, selector } from './print-promql.ts';

/** Reads a literal back as Prometheus does. */
function unquote(literal: string): string {
  return literal.slice(1, -1).replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, hex: string | undefined, plain: string) => (hex === undefined ? plain : String.fromCharCode(parseInt(hex, 16))));
}

describe('PromQL', () => {
  it('quotes any text so that it stays one literal of one line', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const literal = promqlString(text);
      expect(literal).toMatch(/^"(?:[^"\\\n]|\\["\\u])*"$/u);
      expect(unquote(literal)).toBe(text);
    }));
    expect(promqlString('a"} or vector(1) #')).toBe('"a\\"} or vector(1) #"');
    expect(promqlString('\ud800')).toBe('"\\ufffd"');
  });

  it('matches exactly the given texts', () => {
    fc.assert(fc.property(fc.array(fc.string({ maxLength: 12 }), { minLength: 1, maxLength: 4 }), fc.string({ maxLength: 12 }), (values, other) => {
      const pattern = new RegExp(`^(?:${anyOfPattern(values)})$`, 's');
      for (const value of values) expect(pattern.test(value)).toBe(true);
      if (!values.includes(other)) expect(pattern.test(other)).toBe(false);
    }));
    expect(selector('up', [matchAny('a', ['x.y']), matchAny('b', ['x.y', 'z'])])).toBe('up{a="x.y",b=~"x\\\\.y|z"}');
  });

  const sides: SpeakingSides = { requests: 'destination', callersCounted: false, latency: 'destination', bytes: null, connections: null };
  const ends = { sources: [workload('c', 'shop', 'web')], destinations: [workload('c', 'pay', 'orders')] };
  const range = { from: 1_800_000_000, to: 1_800_000_300 };

  it('asks for exactly the window, of the side that speaks', () => {
    const [requests] = istioQueries(ends, sides, 'istio', range);
    expect(requests).toMatchObject({
      number: 'requests', side: 'destination',
      query: 'sum(rate(istio_requests_total{reporter="destination",source_workload="web",source_workload_namespace="shop",destination_workload="orders",destination_workload_namespace="pay"}[300s] @ 1800000300))',
    });
    expect(istioQueries(ends, sides, 'istio', range).map(({ number }) => number)).toEqual(['requests', 'errors', 'p50', 'p90', 'p99']);
  });

  it('adds what never left the source', () => {
    const [requests] = istioQueries(ends, { ...sides, callersCounted: true }, 'istio', range);
    expect(requests?.query).toContain('reporter="source"');
    expect(requests?.query).toContain('response_flags=~"(.*,)?(UH|');
  });

  it('counts as errors what is one when it is read, each once', () => {
    const { query } = istioQueries(ends, sides, 'istio', range).find(({ number }) => number === 'errors')!;
    const terms = [...query.matchAll(/istio_requests_total\{([^}]*)\}/g)].map(([, matchers = '']) => [...matchers.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)]);
    expect(terms).toHaveLength(3);
    for (const protocol of ['http', 'grpc', 'unknown']) for (const code of ['200', '404', '500', '503', '600', '0', 'unknown']) for (const status of ['0', '5', '14', 'unknown', '']) {
      const told: Readonly<Record<string, string>> = { reporter: 'destination', source_workload: 'web', source_workload_namespace: 'shop', destination_workload: 'orders', destination_workload_namespace: 'pay', request_protocol: protocol, response_code: code, grpc_response_status: status, response_flags: '-' };
      const matching = terms.filter((matchers) => matchers.every(([, label = '', op, value = '']) => (op!.endsWith('~') ? new RegExp(`^(?:${value})$`).test(told[label] ?? '') : value === told[label]) !== op!.startsWith('!')));
      expect([told, matching.length]).toEqual([told, httpOutcome(labelsOf(Object.entries(told).flat())).isError ? 1 : 0]);
    }
  });

  it('names hosts outside by service, and ztunnels by their app', () => {
    const bytes = { ...sides, requests: null, latency: null, bytes: 'source', connections: 'source' } as const;
    const queries = istioQueries({ sources: ends.sources, destinations: [externalHost('api.example.com')] }, bytes, 'ztunnel', range);
    expect(queries.map(({ number }) => number)).toEqual(['bytesSent', 'bytesReceived', 'connections']);
    for (const { query } of queries) expect(query).toMatch(/destination_service="api\.example\.com",app="ztunnel"/);
    expect(queries[0]?.query).toContain('istio_tcp_received_bytes_total');
  });
});
