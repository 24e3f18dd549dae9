/** Answer of `why` for the edge that fails in the made-up shop: what changed then at its ends, and what only happened beside. */
export function fixtureWhy(edge: string | null | undefined, now: number): unknown {
  if (edge !== 'checkout~payment') return null;
  const window = { from: now - 300, to: now, step: 10, coveredSeconds: 300, settled: false };
  const change = (eventId: string, offset: number, kind: string, title: string, relation: string): unknown => ({
    eventId, time: now - 140 + offset, offset, kind, title, relation, before: kind === 'deploy' ? '2.13.2' : '', after: kind === 'deploy' ? '2.14.0' : '',
    entity: { cluster: 'prod-eu-1', namespace: 'payments', kind: kind === 'deploy' ? 'workload' : '', name: '', app: '', version: '' },
  });
  return {
    edge, node: null, window, health: 'Failure', failureRatio: 0.124, summary: '12 % of the requests fail, mostly HTTP 503 UH (no healthy endpoint)',
    facts: [{ kind: 'code', text: '97 % of the failures are HTTP 503 UH: no healthy endpoint', value: 0.97, unit: '1', evidence: [] }], codes: [],
    onset: { time: now - 140, precision: 10, ratioBefore: 0.003, ratioAfter: 0.124, beyond: false }, usual: { from: now - 86_400, to: now - 300, low: 0.001, median: 0.002, high: 0.004, buckets: 280 },
    changes: [change('w1', -22, 'config', 'VirtualService payment changed', 'destination'), change('w2', -90, 'config', 'PeerAuthentication default changed', 'namespace'), change('w3', -40, 'deploy', 'wallet 2.14.0', 'elsewhere')],
    downstream: [], partial: [],
  };
}
