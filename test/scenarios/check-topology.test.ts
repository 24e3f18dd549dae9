import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkCommand } from '@orrery/server/commands/check';
import { temporaryDir } from '../contract/targets.ts';
import { callSpans, exportJson } from './mesh-spans.ts';
import { patience, startWhole, type WholeOrrery } from './whole-orrery.ts';

const dir = temporaryDir();
const file = join(dir.path, 'topology.yaml');
let orrery: WholeOrrery;

async function check(...args: string[]): Promise<{ readonly code: number; readonly text: string; readonly err: string }> {
  let text = '', err = '';
  const code = await checkCommand([...args, '--orrery', orrery.url], '0.1.0', { stdout: { write: (more: string): void => { text += more; } }, stderr: { write: (more: string): void => { err += more; } } });
  return { code, text, err };
}

beforeAll(async () => {
  orrery = await startWhole({ store: { dataDir: join(dir.path, 'store') } });
  expect((await exportJson(orrery.otlpUrl, callSpans('0af7651916cd43dd8448eb211c80319c'))).status).toBe(200);
  await vi.waitFor(async () => { expect((await check('--init')).text).toMatch(/shop\/orders/); }, patience);
});
afterAll(async () => {
  await orrery?.stop();
  dir.remove();
});

describe('the allowed dependencies, held against a running Orrery', () => {
  it('are clean where they were written from what was observed', async () => {
    const { text } = await check('--init');
    writeFileSync(file, text);
    expect(await check(file)).toMatchObject({ code: 0, text: expect.stringMatching(/^\d edges: 0 forbidden, 0 new; 0 rules met no traffic\n$/) as string });
  });

  it('say how much of the window was not observed, beside the verdict', async () => {
    expect((await check(file)).err).toMatch(/^orrery check: data begins at .* UTC: of the time before nothing is kept\n$/);
    expect((await check(file, '--window', '900d')).err).toMatch(/^orrery check: the window begins before the oldest data that is kept \(400 days\): cut\norrery check: data begins at /);
  });

  it('fail with the evidence where an edge is forbidden', async () => {
    writeFileSync(file, 'version: 1\ndefault: allow\ndeny:\n  - { from: shop/web, to: shop/orders, reason: by way of the cart }\n');
    const { code, text } = await check(file);
    expect(code).toBe(1);
    expect(text).toMatch(/^error: shop\/web → shop\/orders\n {4}forbidden by the rule on line 4 \(by way of the cart\): .* requests\/s, last seen .*, seen by trace\/destination, trace\/source\n/);
    const sarif = JSON.parse((await check(file, '--format', 'sarif')).text) as { runs: { results: { ruleId: string; locations: { physicalLocation: { region: { startLine: number } } }[] }[] }[] };
    expect(sarif.runs[0]?.results.map(({ ruleId, locations }) => [ruleId, locations[0]?.physicalLocation.region.startLine])).toEqual([['topology/forbidden', 4]]);
  });

  it.each([
    [['nowhere.yaml'], /^orrery check: nowhere\.yaml: no such file\n$/],
    [[import.meta.dirname], /: is a directory, a file is expected\n$/],
    [[], /no topology file is given/],
    [['topology.yaml', '--window', 'long'], /«long» is no duration/],
    [['--init', '--format', 'pdf'], /there is no format pdf/],
  ])('say what is wrong with %j', async (args, message) => {
    const { code, err } = await check(...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  it('say where the file is wrong', async () => {
    writeFileSync(file, 'version: 1\nallow:\n  - from: web\n    to: "*"\n');
    expect(await check(file)).toEqual({ code: 2, text: '', err: `${file}:3:11: allow.0.from.0: «web» is no entity; write namespace/name, cluster:namespace/name, external:host, database:name, topic:name, world, unknown or *\n` });
  });
});
