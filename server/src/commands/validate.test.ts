import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClusterApi } from '../kubernetes/cluster-api.ts';
import { validateCommand, type ValidateSurroundings } from './validate.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'orrery-validate-'))));
afterEach(() => rmSync(directory, { recursive: true }));

const alone: ValidateSurroundings = { now: () => Date.parse('2026-11-25T00:00:00Z'), fetch: () => Promise.reject(new Error('refused')), openCluster: () => Promise.reject(new Error('no context')) };

async function orreryIn(surroundings: Partial<ValidateSurroundings>, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '', err = '';
  const code = await validateCommand(args, '1.2.3', { stdout: { write: (text) => (out += text) }, stderr: { write: (text) => (err += text) } }, { ...alone, ...surroundings });
  return { code, out, err };
}
const orrery = (...args: string[]): ReturnType<typeof orreryIn> => orreryIn({}, ...args);

const route = (host: string): string => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: cart
  namespace: shop
spec:
  hosts: [cart]
  gateways: [edge, mesh]
  http:
  - route:
    - destination: {host: ${host}}
`;
const cart = 'apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\n';
const edge = 'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: shop}\n';
const write = (name: string, text: string): void => writeFileSync(join(directory, name), text);

describe('orrery validate', () => {
  it('ends with 0 where nothing is wrong', async () => {
    write('a.yaml', `${route('cart')}---\n${cart}---\n${edge}`);
    expect(await orrery(directory)).toEqual({ code: 0, out: '3 objects in 1 file: 0 errors, 0 warnings, 0 notes\n', err: '' });
  });

  it('ends with 0 on warnings alone, and says where they are and what to do', async () => {
    write('a.yaml', `${cart}---\n${edge}`);
    write('b.yml', route('crat'));
    const { code, out } = await orrery(directory);
    expect(code).toBe(0);
    expect(out).toContain(`${join(directory, 'b.yml')}:11:21: warning: crat.shop.svc.cluster.local is no Service`);
    expect(out).toContain('[virtual-service/host-not-found KIA1101]');
    expect(out).toContain('Name a Service or a host of a ServiceEntry');
  });

  it('ends with 1 on errors; the mesh configuration among the files decides what is one', async () => {
    write('a.yaml', `${cart}---\n${edge}---\n${route('crat')}`);
    write('mesh.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |\n    outboundTrafficPolicy: {mode: REGISTRY_ONLY}\n');
    expect(await orrery(directory)).toMatchObject({ code: 1, out: expect.stringContaining(': error: crat.shop') as string });
  });

  it('ends with 2 on input that cannot be read, and validates the rest', async () => {
    write('a.yaml', 'a: [');
    write('b.yaml', route('cart'));
    const { code, out } = await orrery(directory, join(directory, 'absent.yaml'));
    expect(code).toBe(2);
    expect(out).toContain(`${join(directory, 'absent.yaml')}:1:1: unreadable: does not exist`);
    expect(out).toContain(`${join(directory, 'a.yaml')}:1:5: unreadable:`);
    expect(out).toContain('there is no Gateway shop/edge');
  });

  it('counts what somebody answers for, by annotation or by file, and does not fail for it', async () => {
    const note = (until: string): string => `  annotations: {orrery.dev/ignore: KIA1102, orrery.dev/ignore-owner: team-cart, orrery.dev/ignore-reason: edge comes on Monday, orrery.dev/ignore-until: "${until}"}\n`;
    write('a.yaml', `${cart}---\n${route('cart').replace('spec:\n', `${note('2030-01-01T00:00:00Z')}spec:\n`)}`);
    expect(await orrery(directory)).toEqual({ code: 0, out: '2 objects in 1 file: 0 errors, 0 warnings, 0 notes, 1 suppressed\n', err: '' });
    const { runs: [run] } = JSON.parse((await orrery('-f', 'sarif', directory)).out) as { runs: [{ results: { ruleId: string; suppressions: unknown }[] }] };
    expect(run.results.map(({ ruleId, suppressions }) => [ruleId, suppressions])).toEqual([['virtual-service/gateway-not-found', [{ kind: 'inSource', status: 'accepted', justification: 'edge comes on Monday (team-cart, until 2030-01-01)' }]]]);
    expect(JSON.parse((await orrery('-f', 'json', directory)).out)).toMatchObject({ findings: [], suppressed: [{ code: 'virtual-service/gateway-not-found', suppression: { owner: 'team-cart', by: 'annotation', until: '2030-01-01T00:00:00.000Z' } }] });

    write('a.yaml', `${cart}---\n${route('cart').replace('spec:\n', `${note('2026-01-01T00:00:00Z')}spec:\n`)}`);
    expect(await orrery(directory)).toMatchObject({ code: 1, out: expect.stringMatching(/suppression\/expired(.|\n)*1 error, 1 warning, 0 notes\n$/) as string });

    write('a.yaml', `${cart}---\n${route('cart')}`);
    const config = join(directory, 'orrery.config');
    writeFileSync(config, 'findings: {suppressions: [{codes: [KIA1102], owner: team-cart, reason: soon, until: "2030-01-01"}]}\n');
    expect(await orrery('--config', config, directory)).toMatchObject({ code: 0, out: expect.stringContaining('1 suppressed') as string });
    writeFileSync(config, 'findings: {suppressions: [{codes: []}]}\n');
    expect(await orrery('--config', config, directory)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(`${config}: findings.suppressions`) as string });
  });

  it('ends with 2 where there is nothing to read: a pipeline that looks in the wrong place is not green', async () => {
    write('notes.txt', cart);
    expect(await orrery(directory)).toEqual({ code: 2, out: '', err: `orrery validate: there is no .yaml, .yml or .json file in ${directory}\n` });
  });

  it.each([[[]], [['--format', 'xml', '.']], [['--wrong', '.']]])('ends with 2 on %j', async (args) => {
    expect(await orrery(...args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('usage: orrery validate') as string });
  });

  it('prints help', async () => {
    expect(await orrery('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Exit codes') as string, err: '' });
  });

  it('reads below directories in the order of names, hidden ones and links to directories left out', async () => {
    for (const name of ['z', '.git', 'node_modules']) mkdirSync(join(directory, name));
    symlinkSync(directory, join(directory, 'loop'));
    for (const name of ['z/a.yaml', '.git/a.yaml', 'node_modules/a.yaml', 'b.json', 'notes.txt']) write(name, name.endsWith('json') ? '{"apiVersion":"v1","kind":"Service","metadata":{"name":"j"}}' : cart);
    expect((await orrery(directory, '-f', 'json')).out).toMatch(/"files": 2,\s+"objects": 2/);
  });

  it('keeps control characters of manifests from the terminal', async () => {
    write('a.yaml', route('"crat\\e[2J"'));
    expect((await orrery(directory)).out).not.toContain('\u001b');
  });

  it('prints JSON with places and totals', async () => {
    write('a.yaml', `${cart}---\n${route('cart')}`);
    const report = JSON.parse((await orrery(directory, '--format', 'json')).out) as Record<string, unknown>;
    expect(report).toMatchObject({ totals: { error: 1, warning: 0, info: 0 }, findings: [{ code: 'virtual-service/gateway-not-found', kiali: 'KIA1102', line: 12, object: { kind: 'VirtualService', namespace: 'shop', name: 'cart' } }] });
  });

  it('prints SARIF 2.1.0 with rules, places and stable fingerprints', async () => {
    write('a b.yaml', route('cart'));
    const log = JSON.parse((await orrery(directory, '--format', 'sarif')).out) as { version: string; runs: { tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string; ruleIndex: number; level: string; locations: unknown[] }[] }[] };
    expect(log.version).toBe('2.1.0');
    const [run] = log.runs;
    expect(run?.results.map(({ ruleId }) => ruleId)).toContain('virtual-service/gateway-not-found');
    for (const { ruleId, ruleIndex, level } of run?.results ?? []) {
      expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(['error', 'warning', 'note']).toContain(level);
    }
    expect(run?.results.find(({ ruleId }) => ruleId === 'virtual-service/gateway-not-found')).toMatchObject({
      locations: [{ physicalLocation: { artifactLocation: { uri: expect.stringMatching(/^file:\/\/.*\/a%20b\.yaml$/) as string }, region: { startLine: 8, startColumn: 14 } } }],
      partialFingerprints: { 'orrery/v1': 'virtual-service/gateway-not-found|VirtualService|shop|cart|spec/gateways[0]' },
    });
  });

  it('prints JUnit with errors as failures, and markup of manifests escaped', async () => {
    write('a.yaml', route('"<a>&\\"b"'));
    const { out } = await orrery(directory, '--format', 'junit');
    expect(out).toContain('<testsuites name="orrery validate" tests="2" failures="1" errors="0" skipped="1">');
    expect(out).toContain('&lt;a&gt;&amp;&quot;b');
    expect(out).toContain('<failure message="there is no Gateway shop/edge" type="KIA1102">');
  });
});

describe('orrery validate --cluster', () => {
  const objects: Readonly<Record<string, readonly object[]>> = {
    '/api/v1/services': [{ metadata: { name: 'cart', namespace: 'shop', uid: '1', resourceVersion: '1' } }],
    '/apis/networking.istio.io/v1/virtualservices': [{ metadata: { name: 'old', namespace: 'shop', uid: '2', resourceVersion: '1' }, spec: { hosts: ['cart'], gateways: ['gone'], http: [{ route: [{ destination: { host: 'cart' } }] }] } }],
  };
  const served = { kind: 'APIGroupDiscoveryList', items: [{ metadata: { name: 'networking.istio.io' }, versions: [{ version: 'v1', resources: ['virtualservices', 'gateways'].map((resource) => ({ resource })) }] }] };
  const api = (forbidden = ''): ClusterApi => ({
    get: ({ path }) => Promise.resolve(forbidden !== '' && path.startsWith(forbidden)
      ? { kind: 'status' as const, code: 403, message: 'forbidden', retryAfterMs: 0 }
      : { body: JSON.stringify(path === '/apis' ? served : { metadata: { resourceVersion: '9' }, items: objects[path.split('?')[0] ?? ''] ?? [] }), unchanged: false, etag: '' }),
    stream: () => Promise.reject(new Error('nothing is watched')),
    close: () => undefined,
  });
  const opened: unknown[] = [];
  const openCluster = (where: unknown): Promise<ClusterApi> => {
    opened.push(where);
    return Promise.resolve(api());
  };

  it('lays the files over the cluster, tells what they cause and counts the rest', async () => {
    write('a.yaml', route('cart'));
    const { code, out, err } = await orreryIn({ openCluster }, directory, '--cluster', 'prod');
    expect({ code, err, opened: opened.pop() }).toEqual({ code: 1, err: '', opened: { context: 'prod' } });
    expect(out).toContain(': error: there is no Gateway shop/edge');
    expect(out).not.toContain('shop/gone');
    expect(out).toMatch(/of cluster prod \d+ findings stand as before and 0 are mended\n$/);
  });

  it('counts what the files mend, and names objects of the cluster where they suffer', async () => {
    write('a.yaml', 'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: gone, namespace: shop}\nspec: {selector: {app: x}, servers: []}\n');
    const mended = JSON.parse((await orreryIn({ openCluster }, directory, '--cluster', 'prod', '-f', 'json')).out) as { mended: number; cluster: string };
    expect(mended).toMatchObject({ mended: 1, cluster: 'prod' });
    write('a.yaml', 'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: twin, namespace: shop}\nspec: {hosts: [cart], http: [{route: [{destination: {host: cart}}]}]}\n');
    const { findings } = JSON.parse((await orreryIn({ openCluster }, directory, '--cluster', 'prod', '-f', 'json')).out) as { findings: { file: string; code: string }[] };
    for (const { file } of findings) expect(file === 'kubernetes/prod/shop/VirtualService/old' || file.endsWith('/a.yaml')).toBe(true);
  });

  it('takes a kubeconfig file, and says what counts as absent', async () => {
    write('config', 'clusters: []');
    write('a.yaml', cart);
    const result = await orreryIn({ openCluster: (where) => { opened.push(where); return Promise.resolve(api('/api/v1/pods')); } }, join(directory, 'a.yaml'), '--cluster', join(directory, 'config'));
    expect(opened.pop()).toEqual({ kubeconfig: join(directory, 'config') });
    expect(result).toMatchObject({ code: 0, err: `orrery validate: pods of cluster ${join(directory, 'config')} count as absent: forbidden\n` });
  });

  it('ends with 2 where the cluster cannot be reached or read', async () => {
    write('a.yaml', cart);
    expect(await orrery(directory, '--cluster', 'nowhere')).toEqual({ code: 2, out: '', err: 'orrery validate: cluster nowhere cannot be reached: no context\n' });
    expect(await orreryIn({ openCluster: () => Promise.resolve(api('/apis')) }, directory, '--cluster', 'prod')).toEqual({ code: 2, out: '', err: 'orrery validate: cluster prod cannot be read: forbidden\n' });
  });
});

describe('orrery validate --against', () => {
  const quiet = { rank: 'tidyUp', requestsPerSecond: 0, errorsPerSecond: 0, flaggedPerSecond: 0, dependents: 0, entryPoints: 0, totalEdges: 0, edges: [] };
  const busy = { ...quiet, rank: 'atRisk', requestsPerSecond: 12.34, dependents: 2, totalEdges: 1, edges: [{ id: 'e', source: 'shop/web', destination: 'shop/cart', requestsPerSecond: 12.34, errorRatio: 0, health: 'Healthy' }] };
  const asked: { url: string; body: { window: unknown; cluster?: string; findings: { code: string }[] } }[] = [];
  let foreseen: readonly object[] = [], undecided: readonly object[] = [];
  const answering = (stakeOf: (code: string) => object): typeof fetch => (url, init) => {
    const body = JSON.parse(init?.body as string) as (typeof asked)[number]['body'];
    asked.push({ url: String(url as URL), body });
    return Promise.resolve(Response.json({ findings: body.findings.map(({ code }) => stakeOf(code)), proposed: foreseen, undecided, covers: foreseen.length > 0 }));
  };
  const stakes = answering((code) => (code === 'virtual-service/host-not-found' ? busy : quiet));
  beforeEach(() => {
    foreseen = undecided = [];
    write('a.yaml', `${cart}---\n${edge}---\n${route('crat')}`);
  });

  it('tells each finding with its edges and the traffic at stake, gravest first', async () => {
    write('0.yaml', 'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: idle, namespace: shop}\nspec: {selector: {app: none}, servers: []}\n');
    const { out, code } = await orreryIn({ fetch: stakes }, directory, '--against', '1h', '--cluster-name', 'prod');
    expect(code).toBe(0);
    expect(out).toContain('    at stake: 12.3 requests/s on 1 edge, 2 dependents: shop/web → shop/cart 12.3/s\n');
    const { url, body } = asked.pop()!;
    expect([url, body.window, body.cluster]).toEqual(['http://127.0.0.1:7070/api/v1/findings/at-stake', { from: alone.now() / 1000 - 3600, to: alone.now() / 1000 }, 'prod']);
    expect(out.indexOf('host-not-found')).toBeLessThan(out.indexOf('selector-matches-nothing'));
    for (const format of ['json', 'sarif', 'junit']) expect((await orreryIn({ fetch: stakes }, directory, '--against', '1h', '-f', format)).out).toContain('12.3');
  });

  it('tells what the files would do to the traffic of the window, where it is written', async () => {
    const atStake = { ...busy, rank: 'breaking', requestsPerSecond: 99 }, seen = 'of 1,000 requests in 60 min: plaintext 10 %, configured 0 %';
    foreseen = [
      { code: 'proposed/strict-cuts-off', severity: 'error', path: 'spec/mtls/mode', message: 'STRICT would cut off web: it sends plaintext', object: { group: 'security.istio.io', kind: 'PeerAuthentication', namespace: 'shop', name: 'default' }, evidence: seen, atStake },
      { code: 'observed/port-protocol', severity: 'warning', path: 'spec/ports[0]', message: 'it speaks HTTP', object: { group: '', kind: 'Service', namespace: 'shop', name: 'absent' }, evidence: seen, atStake: quiet },
    ];
    undecided = [{ code: 'proposed/timeout-cuts-off', reason: 'r', objects: 2 }];
    write('strict.yaml', 'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: shop}\nspec:\n  mtls: {mode: STRICT}\n');
    const { code, out, err } = await orreryIn({ fetch: stakes }, directory, '--against', '1h');
    expect([code, err]).toEqual([1, 'orrery validate: of 2 objects the traffic of the window does not show what would become of it\n']);
    expect(out).toMatch(new RegExp(`^${join(directory, 'strict.yaml')}:5:10: error: STRICT would cut off web: it sends plaintext  \\[proposed/strict-cuts-off\\]\n`));
    expect(out).toContain(`    seen: ${seen}\n    at stake: 99 requests/s`);
    expect(out).toContain('kubernetes//shop/Service/absent:1:1: warning: it speaks HTTP');
    const { runs: [run] } = JSON.parse((await orreryIn({ fetch: stakes }, directory, '--against', '1h', '-f', 'sarif')).out) as { runs: { tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string; ruleIndex: number }[] }[] };
    for (const { ruleId, ruleIndex } of run!.results) expect(run!.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect((await orreryIn({ fetch: stakes }, directory, '--against', '1h', '-f', 'junit')).out).toContain('plaintext 10 %');
    foreseen = undecided = [];
    expect((await orreryIn({ fetch: stakes }, directory, '--against', '1h')).err).toContain('telemetry covers too little of the window');
  });

  it('fails by traffic where it is asked to', async () => {
    expect((await orreryIn({ fetch: stakes }, directory, '--against', '1h', '--fail-on', 'traffic')).code).toBe(1);
    expect((await orreryIn({ fetch: answering(() => quiet) }, directory, '--against', '1h', '--fail-on', 'traffic')).code).toBe(0);
    expect((await orreryIn({ fetch: answering(() => quiet) }, directory, '--fail-on', 'warning')).code).toBe(1);
  });

  it('ends with 2 where no Orrery answers, or the words make no sense', async () => {
    expect(await orrery(directory, '--against', '1h')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('no Orrery answers at http://127.0.0.1:7070') as string });
    for (const args of [['--against', 'soon'], ['--fail-on', 'traffic'], ['--fail-on', 'never']]) expect(await orrery(directory, ...args)).toMatchObject({ code: 2, out: '' });
  });
});
