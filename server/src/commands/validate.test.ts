import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validateCommand } from './validate.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'orrery-validate-'))));
afterEach(() => rmSync(directory, { recursive: true }));

async function orrery(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '', err = '';
  const code = await validateCommand(args, '1.2.3', { stdout: { write: (text) => (out += text) }, stderr: { write: (text) => (err += text) } });
  return { code, out, err };
}

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
    expect(await orrery(directory)).toEqual({ code: 0, out: '3 objects in 1 files: 0 errors, 0 warnings, 0 notes\n', err: '' });
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
