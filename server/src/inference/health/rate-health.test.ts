import { describe, expect, it } from 'vitest';
import { healthJudge } from './rate-health.ts';
import { defaultHealthConfig, type HealthConfig } from './tolerance.ts';

const judged = { namespace: 'shop', kind: 'workload', name: 'orders' };
const codes = (protocol: string, counts: Record<string, number>): Map<string, Map<string, number>> => new Map([[protocol, new Map(Object.entries(counts))]]);

describe('Kiali’s defaults', () => {
  const judge = healthJudge(defaultHealthConfig);
  it.each([
    ['no traffic', 'http', {}, 'NA', ''],
    ['all good', 'http', { 200: 100 }, 'Healthy', ''],
    ['any 5xx degrades', 'http', { 200: 999, 503: 1 }, 'Degraded', '0.1 % 5xx'],
    ['5xx from 10 % fails', 'http', { 200: 90, 500: 5, 503: 5 }, 'Failure', '10.0 % 5xx'],
    ['just below 10 %', 'http', { 200: 901, 500: 99 }, 'Degraded', '9.9 % 5xx'],
    ['4xx below 10 % is tolerated', 'http', { 200: 91, 404: 9 }, 'Healthy', ''],
    ['4xx from 10 % degrades', 'http', { 200: 90, 404: 10 }, 'Degraded', '10.0 % 4xx'],
    ['4xx from 20 % fails', 'http', { 200: 80, 404: 20 }, 'Failure', '20.0 % 4xx'],
    ['no response', 'http', { 200: 95, '-': 5 }, 'Degraded', '5.0 % no response'],
    ['3xx are fine', 'http', { 302: 10 }, 'Healthy', ''],
    ['gRPC 16 at 10 %', 'grpc', { 0: 90, 16: 10 }, 'Failure', '10.0 % gRPC 16'],
    ['gRPC 17 is not a status', 'grpc', { 0: 90, 17: 10 }, 'Healthy', ''],
    ['failed connections', 'tcp', { ok: 99, failed: 1 }, 'Degraded', '1.0 % connections failed'],
    ['drops', 'tcp', { dropped: 3 }, 'Failure', '100.0 % dropped'],
  ])('%s', (_, protocol, counts, health, reason) => {
    expect(judge(judged, 'inbound', Object.keys(counts).length === 0 ? new Map() : codes(protocol, counts))).toMatchObject({ health, reason });
  });
});

describe('configured tolerances', () => {
  const config: HealthConfig = { rate: [
    { namespace: 'shop', kind: '.*', name: 'ord', tolerance: [{ code: '.*', protocol: '.*', direction: '.*', degraded: 0, failure: 0 }] },
    { namespace: 'shop', kind: 'workload', name: 'ord.*', tolerance: [{ code: '404', protocol: 'http', direction: 'inbound', degraded: 5, failure: 30 }] },
  ] };
  const judge = healthJudge(config);
  it('anchors names, and the first that matches replaces the defaults', () => {
    expect(judge(judged, 'inbound', codes('http', { 200: 95, 404: 5 })).health).toBe('Degraded');
    expect(judge(judged, 'inbound', codes('http', { 200: 50, 500: 50 })).health).toBe('Healthy');
  });
  it('minds the direction', () => {
    expect(judge(judged, 'outbound', codes('http', { 200: 95, 404: 5 })).health).toBe('Healthy');
  });
  it('falls back to the defaults for others', () => {
    expect(judge({ ...judged, namespace: 'other' }, 'inbound', codes('http', { 500: 1 })).health).toBe('Failure');
  });
});
