import type { OtlpJson } from './otlp-schema.ts';

/** One request of workload `web` to workload `orders`, two seconds ago, as both of them trace it. */
export function callSpans(traceId: string): { readonly resourceSpans: readonly OtlpJson[] } {
  const start = BigInt(Date.now() - 2000) * 1_000_000n;
  const attribute = (key: string, value: string): object => ({ key, value: { stringValue: value } });
  const of = (name: string, span: OtlpJson): OtlpJson => ({
    resource: { attributes: [attribute('service.name', name), attribute('k8s.namespace.name', 'shop'), attribute('k8s.deployment.name', name)] },
    scopeSpans: [{ spans: [{ traceId, name: 'GET /orders', startTimeUnixNano: String(start), endTimeUnixNano: String(start + 5_000_000n), ...span }] }],
  });
  return { resourceSpans: [
    of('web', { spanId: 'aaaaaaaaaaaaaaaa', kind: 3 }),
    of('orders', { spanId: 'bbbbbbbbbbbbbbbb', parentSpanId: 'aaaaaaaaaaaaaaaa', kind: 2 }),
  ] };
}

/** Sends an export request in JSON over OTLP/HTTP. */
export function exportJson(otlpUrl: string, request: object): Promise<Response> {
  return fetch(`${otlpUrl}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request) });
}
