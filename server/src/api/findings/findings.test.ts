import { describe, expect, it } from 'vitest';
import { graphOf, inventory, runs } from '../../inference/appenders/inventory-fixture.ts';
import { host, orders, row, web } from '../../inference/row-fixture.ts';
import type { FindingReader } from '../../validation/findings/ports.ts';
import { findingId } from '../../validation/findings/finding-id.ts';
import type { Finding } from '../../validation/model/finding.ts';
import type { ObservedFindings } from '../../validation/observed/run-observed.ts';
import type { ConfigObject } from '../../validation/model/config-object.ts';
import { objectsOf } from '../../validation/testing/sample-mesh.ts';
import type { GraphRequest } from '../graph/graph-request.ts';
import { createConfigurations } from './configurations.ts';
import { createFindings, type Findings, type FindingsDeps } from './findings.ts';
import type { Observation } from './observations.ts';

const now = 1_800_001_000_000;
const route = (subset: string, name = 'orders'): string => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: shop }
spec: { hosts: [${name}], http: [{ route: [{ destination: { host: ${name}, subset: ${subset} } }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { ports: [{ name: http, port: 80 }] }
---
`;
const graph = graphOf([row({ from: web, to: orders, service: host('orders'), responses: { 'http 503 NC': 300 } })]);
const nothing: ObservedFindings = { findings: [], undecided: [], isUndecided: () => false };
const observed: Finding = {
  code: 'observed/strict-but-plaintext', kiali: undefined, severity: 'error', object: { cluster: '', group: 'networking.istio.io', kind: 'VirtualService', namespace: 'shop', name: 'orders' }, path: 'spec/http[0]', message: 'm', origin: undefined,
  observation: { from: 0, to: 600, sample: 12_400, of: 'requests', pValue: 1e-6, unseen: [], edgeIds: graph.edges[0]!.edgeIds, measures: [{ name: 'to v2', unit: 'share', observed: 0.38, configured: 0.1, interval: [0.37, 0.39] }] },
};

/** Findings over configuration that changes at known times. */
function over(versions: readonly (readonly [atMs: number, yaml: string])[], more: Partial<FindingsDeps> = {}): { readonly findings: Findings; readonly reads: () => number } {
  let reads = 0;
  const newest = (atMs: number) => versions.findLast(([from]) => from <= atMs);
  const configurations = createConfigurations({
    marks: (_tenant, atMs) => Promise.resolve(newest(atMs) ? [{ cluster: '', seenMs: newest(atMs)![0], writtenMs: newest(atMs)![0] }] : []),
    objectsAt: (_tenant, _cluster, atMs) => {
      reads++;
      return Promise.resolve(objectsOf(newest(atMs)?.[1] ?? '') as readonly ConfigObject[]);
    },
  });
  const history: FindingReader = { standing: () => Promise.resolve([]), ofFindings: () => Promise.resolve([]), within: () => Promise.resolve([]) };
  const findings = createFindings({
    tenant: 't', configurations, observations: { at: () => Promise.resolve({ observed: [nothing], state: 'known' }) }, history, suppressions: [], now: () => now, inventory: { inventory: () => Promise.resolve(inventory({ workloads: [runs('web'), runs('orders')] })) },
    graphs: { ask: ({ window }) => Promise.resolve({ graph, request: { live: !window?.to, window: { from: 0, to: window?.to ?? 0, step: 10 } } as GraphRequest }) },
    ...more,
  });
  return { findings, reads: () => reads };
}
const missing = { codes: ['KIA1107'] };

describe('findings', () => {
  it('are of the configuration at the end of the window, which is validated once', async () => {
    const { findings, reads } = over([[now - 200_000, route('v9')], [now - 100_000, route('v8')]]);
    const message = async (to?: number): Promise<string | undefined> => (await findings.findings({ ...missing, ...(to === undefined ? {} : { window: { from: to - 60, to } }) })).items[0]?.message;
    expect(await message()).toMatch(/subset v8/);
    expect(await message(now / 1000 - 150)).toMatch(/subset v9/);
    expect(await message(now / 1000 - 150)).toMatch(/subset v9/);
    expect(reads()).toBe(2);
    expect(await findings.findings({ window: { from: 1, to: now / 1000 - 300 } })).toMatchObject({ configured: false, total: 0, objects: 0 });
  });

  it('are paged, counted and filtered', async () => {
    const { findings } = over([[0, route('v9') + route('v9', 'ledger')]]);
    expect(await findings.findings({ ...missing, first: 1 })).toMatchObject({ total: 2, truncated: true, breaking: 1, tidyUp: 1, roots: 2, suppressed: 0, codes: [{ code: 'virtual-service/subset-not-found', severity: 'warning', count: 2 }] });
    const second = await findings.findings({ ...missing, first: 1, offset: 1 });
    expect([second.truncated, second.items.map(({ object }) => object.name)]).toEqual([false, ['ledger']]);
    const names = async (input: Parameters<Findings['findings']>[0]): Promise<string[]> => (await findings.findings({ ...missing, ...input })).items.map(({ object }) => object.name);
    expect(await names({ edge: graph.edges[0]!.id })).toEqual(['orders']);
    expect(await names({ node: graph.edges[0]!.source })).toEqual(['orders']);
    expect(await names({ ranks: ['tidyUp'] })).toEqual(['ledger']);
    expect(await names({ text: 'LEDGER' })).toEqual(['ledger']);
    expect(await names({ severities: ['error'] })).toEqual([]);
    for (const bad of [{ first: 0 }, { first: 201 }, { offset: -1 }, { text: 'x'.repeat(201) }, { codes: Array.from({ length: 101 }, String) }, { node: 'web' }, { edge: '' }]) await expect(findings.findings(bad)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(findings.finding('web', {})).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('32 hex digits') as string });
    await expect(findings.history(null, 'web', 10)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('name the clusters and namespaces of which no configuration is known', async () => {
    const partial = async (versions: Parameters<typeof over>[0], input: Parameters<Findings['findings']>[0]): Promise<readonly string[]> => (await over(versions).findings.findings(input)).partial;
    const known = [[0, `${route('v9')}---\napiVersion: v1\nkind: Namespace\nmetadata: { name: empty }\n`]] as const;
    expect(await partial(known, { namespaces: ['shop', 'empty'], clusters: [''] })).toEqual([]);
    expect(await partial(known, { namespaces: ['shpo', 'shop', 'shpo', 'pay'], clusters: ['east'] })).toEqual(['no configuration is known of cluster east', 'no configuration is known of namespaces shpo, pay']);
    expect(await partial([], { namespaces: ['shpo'] })).toEqual([]);
  });

  it('are told without telemetry where it cannot be read', async () => {
    const { findings } = over([[0, route('v9')]], { observations: { at: () => Promise.resolve({ observed: null, state: 'failed' }) } });
    const { total, partial } = await findings.findings(missing);
    expect([total, partial.filter((note) => note.includes('telemetry could not be read'))]).toEqual([1, [expect.any(String)]]);
  });

  it('of configuration alone wait for no telemetry, and those that were observed come when it is read', async () => {
    const waits: number[] = [];
    let answer: Observation = { observed: null, state: 'pending' };
    const { findings } = over([[0, route('v9')]], { observations: { at: ({ waitMs }) => { waits.push(waitMs); return Promise.resolve(answer); } } });
    const first = await findings.findings({ waitSeconds: 0 }), known = first.items.find(({ code }) => code === 'virtual-service/subset-not-found')!;
    expect([first.pending, first.breaking, first.undecided]).toEqual([true, 1, []]);
    expect((await findings.finding(known.id, {}))?.id).toBe(known.id);
    const id = findingId({ code: observed.code, path: observed.path, object: observed.object });
    await expect(findings.finding(id, {})).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(waits).toEqual([0, 0, 0, 30_000]);
    answer = { observed: [{ ...nothing, findings: [observed] }], state: 'known' };
    const then = await findings.findings({});
    expect([then.pending, then.items.some(({ code }) => code === observed.code), waits.at(-1)]).toEqual([false, true, 10_000]);
    expect((await findings.finding(id, {}))?.id).toBe(id);
    for (const waitSeconds of [-1, 31]) await expect(findings.findings({ waitSeconds })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('that were observed stand among the others, with their numbers and the edges that they were seen on', async () => {
    const { findings } = over([[0, route('v9')]], { observations: { at: () => Promise.resolve({ observed: [{ ...nothing, findings: [observed], undecided: [{ code: 'observed/x', reason: 'r', objects: 2 }] }], state: 'known' }) } });
    const { items: [one], undecided } = await findings.findings({ codes: [observed.code] });
    expect(one).toMatchObject({ docs: 'checks/observed/strict-but-plaintext.md', edges: [graph.edges[0]!.id], evidence: { sample: 12_400, pValue: 1e-6, measures: [{ name: 'to v2', low: 0.37, high: 0.39 }] } });
    expect(one!.evidence!.text).toBe('of 12,400 requests in 10 min: to v2 38 % (37–39 %), configured 10 %');
    expect(undecided).toEqual([{ code: 'observed/x', reason: 'r', objects: 2 }]);
  });

  it('that somebody answers for are counted, and listed if asked', async () => {
    const { findings } = over([[0, route('v9')]], { suppressions: [{ codes: ['KIA1107'], owner: 'team', reason: 'soon', until: '2099-01-01' }] });
    expect(await findings.findings(missing)).toMatchObject({ total: 0, suppressed: 1 });
    expect((await findings.findings({ ...missing, suppressed: true })).items[0]?.suppressed).toEqual({ owner: 'team', reason: 'soon', until: Date.UTC(2099, 0, 1) / 1000, by: 'file' });
  });

  it('have what it takes to mend them', async () => {
    const { findings } = over([[0, route('v9')]]);
    const [one] = (await findings.findings(missing)).items;
    expect(one).toMatchObject({ id: findingId({ code: one!.code, path: one!.path, object: one!.object }), rank: 'breaking', docs: 'checks/virtual-service/subset-not-found.md', firstSeen: null, history: [] });
    expect(one!.remedy).toMatch(/DestinationRule/);
    expect(one!.excerpt?.lines.join('\n')).toMatch(/subset: v9/);
    const again = await findings.finding(one!.id, {});
    expect(again).toEqual({ ...one, examples: expect.any(Function) as () => unknown });
    expect(await again!.examples()).toEqual(await one!.examples());
    expect((await one!.examples()).length).toBeGreaterThan(0);
    expect(await findings.finding('0'.repeat(32), {})).toBeNull();
  });
});
