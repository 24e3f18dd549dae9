import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { validateCommand } from '@orrery/server/commands/validate';
import { temporaryDir } from '../contract/targets.ts';
import { scriptedProxy, type End } from './truth/scripted-proxy.ts';
import { patience, startWhole, type WholeOrrery } from './whole-orrery.ts';

const dir = temporaryDir();
const manifests = join(dir.path, 'manifests');
const stops: (() => Promise<unknown>)[] = [];
const proxy = scriptedProxy('/web');
const [web, orders, ledger, idle]: End[] = ['web', 'orders', 'ledger', 'idle'].map((name) => ({ name, namespace: 'shop' })) as [End, End, End, End];
let orrery: WholeOrrery;

const running = ['web', 'orders', 'ledger', 'idle'].map((name) => `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}, version: v1 } }
    spec: { containers: [{ name: app, ports: [{ containerPort: 8080 }], env: [{ name: TOKEN, value: hunter2 }] }, { name: istio-proxy }] }
`).join('---\n');
const policy = `---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: ledger, namespace: shop }
spec: { selector: { matchLabels: { app: ledger } }, mtls: { mode: STRICT } }
`;
/** Routes to a subset of a host, twice. */
const routing = (subset: string, annotations = '{}'): string => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop, annotations: ${annotations} }
spec:
  hosts: [orders]
  http:
    - match: [{ uri: { prefix: /new } }]
      route: [{ destination: { host: orders, subset: ${subset} } }]
    - route: [{ destination: { host: orders, subset: ${subset} } }]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec: { host: orders, subsets: [{ name: v1, labels: { version: v1 } }] }
`;
const ignore = (until: string): string => `{ orrery.dev/ignore: "KIA1107, destination-rule/plaintext-to-strict", orrery.dev/ignore-owner: team-orders, orrery.dev/ignore-reason: mended on Monday, orrery.dev/ignore-until: "${until}" }`;
const plaintext = (mode: string): string => `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ledger, namespace: shop, annotations: ${ignore('2020-01-01')} }
spec: { host: ledger, trafficPolicy: { tls: { mode: ${mode} } } }
`;
const write = (name: string, text: string): void => { writeFileSync(join(manifests, `${name}.yaml`), text); };

interface Spell { readonly cameAt: number; readonly wentAt: number | null; readonly finding: string }
interface Finding {
  readonly id: string; readonly code: string; readonly kiali: string | null; readonly rank: string; readonly path: string; readonly edges: readonly string[]; readonly nodes: readonly string[]; readonly docs: string | null;
  readonly atStake: { readonly requestsPerSecond: number; readonly errorsPerSecond: number; readonly flaggedPerSecond: number; readonly dependents: number | null; readonly entryPoints: number | null };
  readonly root: { readonly key: string; readonly name: string; readonly findings: number }; readonly suppressed: { readonly owner: string } | null; readonly firstSeen: number | null; readonly history: readonly Spell[];
  readonly excerpt: { readonly firstLine: number; readonly lines: readonly string[]; readonly from: number; readonly to: number } | null;
}
interface Page { readonly items: readonly Finding[]; readonly total: number; readonly breaking: number; readonly suppressed: number; readonly configured: boolean; readonly roots: number }

const query = `query ($input: FindingsInput) { findings(input: $input) { total breaking suppressed configured roots items {
  id code kiali rank path edges nodes docs firstSeen history { finding cameAt wentAt } suppressed { owner }
  atStake { requestsPerSecond errorsPerSecond flaggedPerSecond dependents entryPoints } root { key name findings } excerpt { firstLine lines from to } } } }`;
const page = async (input: Record<string, unknown> = {}): Promise<Page> => (await orrery.ask<{ findings: Page }>(query, { input })).findings;
const of = ({ items }: Page, code: string): readonly Finding[] => items.filter((one) => one.code === code);
const drawn = async (type = 'workload'): Promise<ReadonlyMap<string, string>> => {
  const { graph } = await orrery.ask<{ graph: { nodes: { id: string; label: string }[]; edges: { id: string; source: string; destination: string }[] } }>(`{ graph(input: { type: ${type} }) { nodes { id label } edges { id source destination } } }`);
  const label = new Map(graph.nodes.map(({ id, label: text }) => [id, text]));
  return new Map(graph.edges.map(({ id, source, destination }) => [id, `${label.get(source)} → ${label.get(destination)}`]));
};
const edgesOf = async (findings: readonly Finding[], type?: string): Promise<string[]> => {
  const names = await drawn(type);
  return [...new Set(findings.flatMap(({ edges }) => edges.map((id) => names.get(id) ?? id)))].sort();
};

beforeAll(async () => {
  mkdirSync(manifests);
  write('running', running + policy);
  write('orders', routing('v9'));
  write('ledger', plaintext('DISABLE'));
  const server = createServer((_request, response) => {
    // Calls of one second to a host whose route leads nowhere, to one that refuses plaintext, and to one that is well.
    proxy.calls({ from: web, to: null, service: 'orders.shop', reporter: 'source', code: '503', flags: 'NC', count: 8 });
    proxy.calls({ from: orders, to: ledger, service: 'ledger.shop', reporter: 'source', code: '503', flags: 'UC', count: 4 });
    proxy.calls({ from: web, to: idle, service: 'idle.shop', reporter: 'source', code: '200', count: 20 });
    proxy.calls({ from: web, to: idle, service: 'idle.shop', reporter: 'destination', security: 'none', code: '200', count: 20 });
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(proxy.render());
  });
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  stops.push(() => { server.closeAllConnections(); return new Promise((done) => { server.close(done); }); });
  orrery = await startWhole({
    store: { dataDir: join(dir.path, 'store') },
    scrape: { jobs: [{ name: 'mesh', intervalSeconds: 1, targets: [`http://127.0.0.1:${(server.address() as AddressInfo).port}/web`] }] },
    kubernetes: { directories: [{ cluster: 'here', path: manifests }] },
  });
  stops.push(() => orrery.stop());
  await vi.waitFor(async () => {
    expect((await drawn()).size).toBe(3);
    expect((await page()).items.every(({ code, firstSeen }) => code.startsWith('suppression/') || firstSeen !== null)).toBe(true);
    expect((await page()).total).toBeGreaterThan(0);
  }, patience);
});

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
  dir.remove();
});

/** `orrery validate --against` of some minutes. */
async function validate(file: string, ...more: string[]): Promise<{ code: number; out: string }> {
  let out = '';
  const code = await validateCommand([file, '--against', '5m', '--orrery', orrery.url, ...more], '0', { stdout: { write: (text) => (out += text) }, stderr: { write: () => true } });
  return { code, out };
}

describe('configuration that is not applied yet', () => {
  it('is told by orrery validate --against with the traffic that it would break', async () => {
    const file = join(dir.path, 'candidate.yaml');
    writeFileSync(file, routing('v9').replaceAll('orders', 'idle').replace('---', '---\napiVersion: v1\nkind: Service\nmetadata: { name: idle, namespace: shop }\nspec: { ports: [{ name: http, port: 80 }] }\n---'));
    const { code, out } = await validate(file, '--fail-on', 'traffic', '--format', 'json');
    const { findings } = JSON.parse(out) as { findings: { code: string; atStake: { rank: string; requestsPerSecond: number; edges: { source: string; destination: string }[] } }[] };
    expect([code, findings[0]?.code]).toEqual([1, 'virtual-service/subset-not-found']);
    expect(findings[0]?.atStake).toMatchObject({ rank: 'atRisk', edges: [{ source: 'shop/web', destination: 'shop/idle' }] });
    expect(findings[0]?.atStake.requestsPerSecond).toBeGreaterThan(0);
    expect((await validate(file)).out).toMatch(/at stake: \S+ requests\/s on 1 edge, 1 dependent: shop\/web → shop\/idle/);
    expect(await validate(file, '--fail-on', 'traffic', '--cluster-name', 'elsewhere')).toMatchObject({ code: 0 });
  }, patience.timeout);

  it('is told with what it would do to the traffic of the window: a STRICT that plaintext would run against', async () => {
    const file = join(dir.path, 'strict.yaml'), strict = (app: string): void => { writeFileSync(file, running + policy.replaceAll('ledger', app)); };
    strict('idle');
    await vi.waitFor(async () => {
      const { code, out } = await validate(file, '--format', 'json');
      const { findings } = JSON.parse(out) as { findings: { code: string; evidence: string; atStake: { edges: { source: string; destination: string }[] } }[] };
      expect(code).toBe(1);
      expect(findings.find((one) => one.code === 'proposed/strict-cuts-off')).toMatchObject({ evidence: expect.stringMatching(/plaintext 100 %/) as string, atStake: { edges: [{ source: 'shop/web', destination: 'shop/idle' }] } });
    }, patience);
    // Nobody was seen to send plaintext there, and the policy stands already.
    strict('ledger');
    expect((await validate(file)).out).not.toContain('proposed/');
  }, 2 * patience.timeout);
});

describe('configuration that breaks traffic', () => {
  it('is told with the edges that it breaks and what travels on them', async () => {
    const found = await page(), routes = of(found, 'virtual-service/subset-not-found'), rules = of(found, 'destination-rule/plaintext-to-strict');
    expect(routes.map(({ path, kiali, rank, docs }) => [path, kiali, rank, docs])).toEqual(['spec/http[0]/route[0]/destination', 'spec/http[1]/route[0]/destination'].map((path) => [path, 'KIA1107', 'breaking', 'checks/virtual-service/subset-not-found.md']));
    expect(await edgesOf(routes)).toEqual(['web → orders']);
    expect(await edgesOf(rules)).toEqual(['orders → ledger']);
    expect(rules.map(({ path, rank }) => [path, rank])).toEqual([['spec/trafficPolicy/tls/mode', 'breaking']]);
    for (const { atStake } of [...routes, ...rules]) {
      expect(atStake.requestsPerSecond).toBeGreaterThan(0);
      expect(atStake.errorsPerSecond).toBeCloseTo(atStake.requestsPerSecond, 6);
      expect(atStake.flaggedPerSecond).toBeCloseTo(atStake.requestsPerSecond, 6);
    }
    // Twice as many requests fail on the way to orders.
    expect(found.items.slice(0, 3).map(({ code }) => code)).toEqual(['virtual-service/subset-not-found', 'virtual-service/subset-not-found', 'destination-rule/plaintext-to-strict']);
    expect(routes[0]?.atStake.dependents).toBe(1);
    expect(routes[0]?.atStake.entryPoints).toBe(1);
  });

  it('has one root for the two routes to one subset, in any type of graph', async () => {
    const routes = of(await page({ type: 'service' }), 'virtual-service/subset-not-found');
    expect(new Set(routes.map(({ root }) => root.key)).size).toBe(1);
    expect(routes[0]?.root).toMatchObject({ name: 'v9 of orders.shop.svc.cluster.local', findings: 2 });
    expect(await edgesOf(routes, 'service')).toEqual(['web → orders']);
    expect(await edgesOf(of(await page({ type: 'app' }), 'destination-rule/plaintext-to-strict'), 'app')).toEqual(['orders → ledger']);
  });

  it('is shown as YAML around the path', async () => {
    const [route] = of(await page(), 'virtual-service/subset-not-found');
    const { firstLine, lines, from, to } = route!.excerpt!;
    expect(lines.slice(from - firstLine, to - firstLine + 1).map((line) => line.trim())).toEqual(['- destination:', 'host: orders', 'subset: v9']);
    expect(JSON.stringify((await page({ first: 200 })).items.map(({ excerpt }) => excerpt))).not.toContain('hunter2');
  });

  it('is found by what is asked for', async () => {
    const total = (input: Record<string, unknown>): Promise<number> => page(input).then((found) => found.total);
    expect(await total({ codes: ['KIA1107'] })).toBe(2);
    expect(await total({ codes: ['KIA1107'], severities: ['error'] })).toBe(0);
    expect(await total({ codes: ['KIA1107'], namespaces: ['elsewhere'] })).toBe(0);
    expect(await total({ text: 'SUBSET V9' })).toBe(2);
    expect((await page({ codes: ['KIA1107'], first: 1, offset: 1 })).items).toHaveLength(1);
    const [ledgerEdge] = [...await drawn()].find(([, name]) => name === 'orders → ledger')!;
    expect((await page({ edge: ledgerEdge })).items.every(({ edges }) => edges.includes(ledgerEdge))).toBe(true);
    await expect(page({ first: 0 })).rejects.toThrow(/first/);
  });
});

it('a suppression whose time is over is told itself, beside what it suppressed', async () => {
  const found = await page();
  expect(of(found, 'suppression/expired').map(({ path }) => path)).toEqual(['metadata/annotations/orrery.dev/ignore-until']);
  expect(of(found, 'destination-rule/plaintext-to-strict')).toHaveLength(1);
});

it('goes when it is mended, is silent when it is suppressed, and history says when', async () => {
  const before = await page(), broken = of(before, 'destination-rule/plaintext-to-strict')[0]!;
  // Windows end with tens of seconds: in one of these it stands.
  const then = Math.ceil(broken.firstSeen! / 10) * 10;
  await vi.waitFor(() => expect(Date.now() / 1000).toBeGreaterThan(then), { timeout: 120_000, interval: 200 });
  write('ledger', plaintext('ISTIO_MUTUAL'));
  write('orders', routing('v9', ignore('2099-01-01')));
  const spells = async (): Promise<readonly Spell[]> => (await orrery.ask<{ findingHistory: Spell[] }>(`query ($id: ID) { findingHistory(finding: $id) { finding cameAt wentAt } }`, { id: broken.id })).findingHistory;
  await vi.waitFor(async () => expect((await spells())[0]?.wentAt).toBeGreaterThan(broken.firstSeen!), { timeout: 180_000, interval: 500 });
  const after = await page();
  expect([of(after, 'destination-rule/plaintext-to-strict'), of(after, 'virtual-service/subset-not-found'), after.suppressed]).toEqual([[], [], 2]);
  expect(of(await page({ suppressed: true }), 'virtual-service/subset-not-found').map(({ id, suppressed, firstSeen }) => [id, suppressed?.owner, firstSeen]))
    .toEqual(of(before, 'virtual-service/subset-not-found').map(({ id, firstSeen }) => [id, 'team-orders', firstSeen]));
  expect(await spells()).toMatchObject([{ finding: broken.id, cameAt: broken.firstSeen }]);
  // A window that ended before the change is judged by the configuration of its time.
  const [{ wentAt }] = await spells() as [Spell];
  expect(of(await page({ window: { from: then - 60, to: then } }), 'destination-rule/plaintext-to-strict').map(({ id, history }) => [id, history[0]?.wentAt])).toEqual([[broken.id, wentAt]]);
  expect((await page({ window: { from: broken.firstSeen! - 7_200, to: broken.firstSeen! - 3_600 } })).configured).toBe(false);
}, 330_000);
