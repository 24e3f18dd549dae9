import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import AjvDraft04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { afterAll, describe, expect, it } from 'vitest';
import { checkTopology } from '@orrery/server/topology/check-topology';
import { parseTopology } from '@orrery/server/topology/parse-topology';
import { verdictReport } from '@orrery/server/topology/render-verdict';
import { validateCommand } from '@orrery/server/commands/validate';
import { catalogue } from '@orrery/server/validation/catalogue';
import { renderSarif } from '@orrery/server/validation/render/sarif';
import { temporaryDir } from '../contract/targets.ts';

/** The schema of SARIF 2.1.0 as OASIS publishes it, kept by schemastore. */
// Its pattern of languages is no regular expression in Unicode mode.
const schema = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('schemastore/schemas/json/sarif-2.1.0-rtm.5.json'), 'utf8')) as object;
const ajv = new AjvDraft04.default({ allErrors: true, strict: false, unicodeRegExp: false });
addFormats.default(ajv);
const conforms = ajv.compile(schema);
const faultsOf = (sarif: string): string[] => (conforms(JSON.parse(sarif)) ? [] : (conforms.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`));

const dir = temporaryDir();
afterAll(() => dir.remove());

async function validated(files: Record<string, string>): Promise<{ readonly sarif: string; readonly results: number; readonly notifications: number }> {
  const paths = Object.entries(files).map(([name, text]) => {
    writeFileSync(join(dir.path, name), text);
    return join(dir.path, name);
  });
  let sarif = '';
  await validateCommand([...paths, '--format', 'sarif'], '0.1.0', { stdout: { write: (text) => { sarif += text; } }, stderr: { write: () => undefined } });
  const { runs: [run] } = JSON.parse(sarif) as { runs: [{ results: unknown[]; invocations: [{ toolExecutionNotifications: unknown[] }] }] };
  return { sarif, results: run.results.length, notifications: run.invocations[0].toolExecutionNotifications.length };
}

describe('SARIF conforms to its schema', () => {
  it('of orrery validate: with findings, with files that cannot be read, and with nothing to say', async () => {
    const found = await validated({ 'a b#c.yaml': `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: "a\\u0000\\ud800", namespace: shop }
spec: { hosts: [nowhere], gateways: [none], http: [{ route: [{ destination: { host: nowhere, subset: v9 }, weight: 7 }] }] }
` });
    expect(found.results).toBeGreaterThan(2);
    expect(faultsOf(found.sarif)).toEqual([]);
    const broken = await validated({ 'broken.yaml': 'a: [\n' });
    expect(broken.notifications).toBeGreaterThan(0);
    expect(faultsOf(broken.sarif)).toEqual([]);
    const nothing = await validated({ 'quiet.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n' });
    expect([nothing.results, faultsOf(nothing.sarif)]).toEqual([0, []]);
  });

  it('of every rule and severity', () => {
    const findings = catalogue.map(({ code, kiali, severity }, i) => ({ code, kiali, severity, object: { cluster: '', group: '', kind: 'K', namespace: 'n', name: 'x' }, path: 'spec', message: 'm', file: 'C:\\manifests\\a.yaml', line: i + 1, column: 1 }));
    const suppressed = (['annotation', 'file'] as const).map((by) => ({ ...findings[0]!, suppression: { owner: 'team\ud800', reason: 'soon', untilMs: 1_900_000_000_000, by } }));
    expect(faultsOf(renderSarif({ findings, suppressed, problems: [], files: 1, objects: 1, checks: catalogue }, '0.1.0'))).toEqual([]);
  });

  it('of orrery check', () => {
    const topology = parseTopology('version: 1\ndefault: deny\ndeny:\n  - { from: shop/web, to: shop/orders }\n');
    if (!('rules' in topology)) throw new Error('the topology was refused');
    const end = (name: string) => ({ cluster: 'c', namespace: 'shop', kind: 'workload', name, app: name, version: 'v1' }) as const;
    const edge = (id: string, to: string) => ({ id, source: end('web'), destination: end(to), requestsPerSecond: 1, connectionsPerSecond: null, bytesPerSecond: null, lastSeen: 1_800_000_000 });
    const verdict = checkTopology(topology, [edge('e-1', 'orders'), edge('e-2', 'ledger')]);
    expect(verdict.violations).toHaveLength(2);
    expect(faultsOf(renderSarif(verdictReport(verdict, 'topology.yaml', new Map()), '0.1.0'))).toEqual([]);
  });

  it('and the schema does find faults', () => {
    expect(faultsOf('{ "version": "2.1.0", "runs": [{ "results": [{ "level": "grave" }] }] }').length).toBeGreaterThan(1);
  });
});
