import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExpositionParser, type ExpositionOptions } from './parse-exposition.ts';

interface Read {
  readonly samples: { name: string; labels: readonly string[]; value: number }[];
  readonly problems: { line: number; reason: string; sample: string }[];
  firstSights: number;
}

interface Known { readonly name: string; readonly labels: readonly string[] }

function read(page: string | Uint8Array, options: Partial<ExpositionOptions<Known>> & { chunk?: number; wants?: (name: string) => boolean } = {}): Read {
  const out: Read = { samples: [], problems: [], firstSights: 0 };
  const parser = createExpositionParser<Known>({
    wants: options.wants ?? (() => true),
    series(name, labels) {
      out.firstSights++;
      return { name, labels };
    },
    sample: ({ name, labels }, value) => void out.samples.push({ name, labels, value }),
    malformed: (line, reason, sample) => void out.problems.push({ line, reason, sample }),
  }, { format: 'text', cache: new Map(), ...options });
  const bytes = typeof page === 'string' ? Buffer.from(page) : page;
  const chunk = options.chunk ?? bytes.length + 1;
  for (let from = 0; from < bytes.length; from += chunk) parser.push(bytes.subarray(from, from + chunk));
  parser.end();
  return out;
}

describe('a page as proxies and agents really print it', () => {
  it('takes OpenMetrics under text/plain: `_total` samples, UNIT, EOF in the middle, families twice', () => {
    const page = '# TYPE a_bytes counter\n# UNIT a_bytes bytes\na_bytes_total{x="1"} 5\n# EOF\n# TYPE b gauge\nb 1\n\n# TYPE a_bytes counter\na_bytes_total{x="2"} 6 # {trace_id="f"} 0.5\n';
    expect(read(page)).toMatchObject({
      samples: [
        { name: 'a_bytes_total', labels: ['x', '1'], value: 5 },
        { name: 'b', labels: [], value: 1 },
        { name: 'a_bytes_total', labels: ['x', '2'], value: 6 },
      ],
      problems: [],
    });
  });

  it('reads escapes, UTF-8, quoted names, timestamps, NaN and infinities', () => {
    const page = 'a{m="x\\"y\\\\z\\n",u="é😀"} NaN 1700000000000\n{"my.metric","l.x"="1"} +Inf\nb{} -Inf 1.5\r\nc 1e3\n';
    expect(read(page).samples).toEqual([
      { name: 'a', labels: ['m', 'x"y\\z\n', 'u', 'é😀'], value: NaN },
      { name: 'my.metric', labels: ['l.x', '1'], value: Infinity },
      { name: 'b', labels: [], value: -Infinity },
      { name: 'c', labels: [], value: 1000 },
    ]);
  });

  it('names a line that cannot be read, by number, reason and first bytes, and keeps the rest', () => {
    const page = Buffer.concat([Buffer.from('a 1\nb{x="<\u001b[31m} 2\nc{y="'), Buffer.from([0xff, 0xfe]), Buffer.from('"} 3\nd x\ne 5\n')]);
    expect(read(page)).toMatchObject({
      samples: [{ name: 'a' }, { name: 'e' }],
      problems: [
        { line: 2, reason: 'label value does not end', sample: 'b{x="<\\x1b[31m} 2' },
        { line: 3, reason: 'label value is not UTF-8', sample: 'c{y="\\xff\\xfe"} 3' },
        { line: 4, reason: 'value is not a number', sample: 'd x' },
      ],
    });
  });

  it('drops a line beyond the limit and goes on after it', () => {
    const page = `a{x="${'y'.repeat(1000)}"} 1\nb 2\n`;
    for (const chunk of [1, 100, 5000]) {
      const { samples, problems } = read(page, { maxLineBytes: 500, chunk });
      expect(samples.at(-1)).toMatchObject({ name: 'b', value: 2 });
      expect(problems.length).toBe(chunk === 5000 ? 0 : 1);
    }
  });

  it('bounds labels and their values', () => {
    const many = Array.from({ length: 200 }, (_, i) => `l${i}="x"`).join(',');
    expect(read(`a{${many}} 1\nb{x="${'y'.repeat(5000)}"} 1\n`).problems.map(({ reason }) => reason)).toEqual(['more than 128 labels', 'label value is longer than 4096 bytes']);
  });

  it('asks for an end mark where OpenMetrics was announced: a page may have been cut short', () => {
    expect(read('a 1\n', { format: 'openmetrics' }).problems).toMatchObject([{ reason: 'page does not end with # EOF' }]);
    expect(read('a 1\n# EOF\n', { format: 'openmetrics' }).problems).toEqual([]);
  });

  it('passes over unwanted names unread', () => {
    expect(read('a{broken 1\nb 2\na{x="1"} 1\n', { wants: (name) => name === 'b' })).toMatchObject({ samples: [{ name: 'b', value: 2 }], problems: [] });
  });
});

describe('the cache', () => {
  const page = 'a{x="1"} 1\na{x="2"} 2 123\nb 3\na{x="3"} 4 # {t="}"} 1\n';

  it('gives the same samples from a known page, without reading labels again', () => {
    const cache = new Map<string, Known>();
    const first = read(page, { cache }), second = read(page, { cache });
    expect(second.samples).toEqual(first.samples);
    expect([first.firstSights, second.firstSights]).toEqual([4, 0]);
  });

  it('never takes one series for another', () => {
    const name = fc.constantFrom('a', 'ab', 'a_b');
    const text = fc.string({ unit: fc.constantFrom('{', '}', '"', '\\', ' ', '#', ',', 'a', '1'), maxLength: 6 });
    const line = fc.tuple(name, fc.option(text), fc.nat(99)).map(([metric, label, value]) => ({
      metric, label, value,
      text: label === null ? `${metric} ${value}` : `${metric}{l="${label.replace(/["\\]/g, '\\$&')}"} ${value}`,
    }));
    fc.assert(fc.property(fc.array(line), fc.integer({ min: 1, max: 50 }), (lines, chunk) => {
      const cache = new Map<string, Known>();
      for (let pass = 0; pass < 2; pass++) {
        expect(read(lines.map(({ text }) => `${text}\n`).join(''), { cache, chunk }).samples)
          .toEqual(lines.map(({ metric, label, value }) => ({ name: metric, labels: label === null ? [] : ['l', label], value })));
      }
    }));
  });
});

it('survives any bytes, in any chunks, tolerant and strict, with the same findings', () => {
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: fc.constantFrom('a', '{', '}', '=', '"', ' ', '\n', '#', ',', '1', '\\', '# TYPE a counter\n', '# EOF\n') }).map((text) => Buffer.from(text)));
  fc.assert(fc.property(bytes, fc.integer({ min: 1, max: 20 }), fc.boolean(), fc.constantFrom('text' as const, 'openmetrics' as const), (page, chunk, strict, format) => {
    const whole = read(page, { strict, format });
    expect(read(page, { strict, format, chunk })).toEqual(whole);
    for (const { sample, reason } of whole.problems) expect(sample + reason).toMatch(/^[\x20-\x7e…]*$/u);
  }), { numRuns: 500 });
});

const samples = resolve(import.meta.dirname, '../../../../shared/data');
const pages = ['envoy-real/a/stats', 'envoy-real/c/stats', 'ztunnel-real/a/text'];

it.runIf(existsSync(samples))('reads every line of real pages (../shared/data)', () => {
  let count = 0;
  for (const folder of pages) {
    for (const file of readdirSync(resolve(samples, folder)).filter((name) => /\.prom$|metrics\.\d\.txt$/.test(name))) {
      const bytes = readFileSync(resolve(samples, folder, file));
      const lines = bytes.toString().split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
      const { samples: found, problems } = read(bytes, { chunk: 4096 });
      expect(problems).toEqual([]);
      expect(found.length).toBe(lines);
      count += lines;
    }
  }
  expect(count).toBeGreaterThan(1000);
});
