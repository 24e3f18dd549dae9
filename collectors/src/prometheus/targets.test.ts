import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scrapeConfig } from './config.ts';
import { FileTargets } from './file-targets.ts';
import { makeTarget, nextScrapeMs, offsetMs, withoutRepeats } from './targets.ts';

const defaults = { scheme: 'http', path: '/stats/prometheus' } as const;

describe('makeTarget', () => {
  it('takes host:port and URLs, and keeps credentials out of the name', () => {
    expect(makeTarget('10.0.0.1:15020', {}, defaults)).toMatchObject({ name: 'http://10.0.0.1:15020/stats/prometheus', authorization: '' });
    expect(makeTarget('https://a:b@h/m?x=1', {}, defaults)).toMatchObject({ name: 'https://h/m?x=1', url: 'https://h/m?x=1', authorization: 'Basic YTpi' });
    expect(makeTarget('h:1', { __scheme__: 'https', __metrics_path__: '/m', workload: 'web' }, defaults)).toMatchObject({ name: 'https://h:1/m', labels: new Map([['workload', 'web']]) });
  });

  it.each(['file:///etc/passwd', 'http://', 'ftp://h/x', 'not a host'])('refuses %s', (address) => {
    expect(() => makeTarget(address, {}, defaults)).toThrow('http(s) URL or host:port');
  });

  it('drops repeats', () => {
    const target = makeTarget('h:1', {}, defaults);
    expect(withoutRepeats([target, makeTarget('h:1', { a: 'b' }, defaults)])).toEqual([target]);
  });
});

it('scrapes each target once an interval, at its own moment', () => {
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat(2_000_000_000_000), fc.integer({ min: 1000, max: 60_000 }), (hash, now, interval) => {
    const offset = offsetMs(hash, interval);
    const next = nextScrapeMs(now, offset, interval);
    expect(next - now).toBeGreaterThan(0);
    expect(next - now).toBeLessThanOrEqual(interval);
    expect(nextScrapeMs(next, offset, interval)).toBe(next + interval);
  }));
});

describe('FileTargets', () => {
  let folder = '';
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'targets-')); });
  afterEach(() => rm(folder, { recursive: true }));

  it('reads JSON and YAML by pattern, re-reads changes, and keeps the last good list', async () => {
    const problems: string[] = [];
    const files = new FileTargets([join(folder, '*.json'), join(folder, 'more.yaml')], defaults);
    const names = async (): Promise<string[]> => (await files.read((path, reason) => problems.push(`${path.slice(folder.length + 1)}: ${reason}`))).map(({ url }) => new URL(url).host).sort();
    await writeFile(join(folder, 'a.json'), '[{"targets":["a:1","b:2"],"labels":{"workload":"x"}}]');
    expect(await names()).toEqual(['a:1', 'b:2']);
    expect(problems).toEqual(['more.yaml: the file is not there']);
    await writeFile(join(folder, 'more.yaml'), '- targets: [c:3]\n');
    expect(await names()).toEqual(['a:1', 'b:2', 'c:3']);
    await writeFile(join(folder, 'a.json'), '[{"targets":["d:4"');
    await writeFile(join(folder, 'more.yaml'), '- target: [c:3]\n');
    expect(await names()).toEqual(['a:1', 'b:2', 'c:3']);
    expect(problems.slice(1)).toEqual(['a.json: not JSON or YAML', expect.stringMatching(/^more.yaml: not a list of \{ targets, labels \}: 0\.targets/)]);
    await writeFile(join(folder, 'a.json'), '[]');
    await rm(join(folder, 'more.yaml'));
    expect(await names()).toEqual(['c:3']);
    await rm(join(folder, 'a.json'));
    expect(await names()).toEqual(['c:3']);
  });
});

describe('scrapeConfig', () => {
  it('fills in what is left out', () => {
    expect(scrapeConfig.parse({ jobs: [{ name: 'mesh', intervalSeconds: 5 }] })).toMatchObject({ concurrency: 16, jobs: [{ intervalSeconds: 5, timeoutSeconds: 5, path: '/stats/prometheus' }] });
  });

  it.each([
    [{ jobs: [{ name: 'a', timeoutSeconds: 20 }] }, 'must not be longer than intervalSeconds'],
    [{ jobs: [{ name: 'a' }, { name: 'a' }] }, 'job names must differ'],
    [{ jobs: [{ name: 'a b' }] }, 'letters, digits'],
    [{ jobs: [{ name: 'a', target: [] }] }, 'Unrecognized key'],
  ])('refuses %j', (config, message) => {
    expect(scrapeConfig.safeParse(config).error?.message).toContain(message);
  });
});
