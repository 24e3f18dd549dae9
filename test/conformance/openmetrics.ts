import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createExpositionParser } from '@orrery/collectors/prometheus/parse-exposition';
import { suiteFrom, type ConformanceCase, type Suite } from './suite.ts';

/** The OpenMetrics parser cases and the samples of prometheus/common, each held to every rule of its format. */
export function openmetrics(): Suite {
  const ours = suiteFrom('conformance/openmetrics/parsers', openMetricsCases);
  const text = suiteFrom('conformance/prometheus-common/expfmt', textCases);
  return { cases: [...ours.cases, ...text.cases], skipped: [...ours.skipped, ...text.skipped] };
}

function openMetricsCases(path: string): Suite {
  const cases = readdirSync(path).map((name): ConformanceCase => ({
    name,
    run() {
      const about = JSON.parse(readFileSync(resolve(path, name, 'test.json'), 'utf8')) as { file: string; shouldParse: boolean };
      expectParsed(readFileSync(resolve(path, name, about.file)), 'openmetrics', about.shouldParse);
    },
  }));
  return { cases, skipped: [] };
}

function textCases(path: string): Suite {
  const corpus = resolve(path, 'fuzz/corpus');
  const cases = readdirSync(corpus).map((name): ConformanceCase => ({
    name: `text/${name}`,
    run: () => expectParsed(readFileSync(resolve(corpus, name)), 'text', !name.includes('error')),
  }));
  for (const name of ['text', 'text.gz']) {
    cases.push({
      name: `text/testdata-${name}`,
      run() {
        const bytes = readFileSync(resolve(path, 'testdata', name));
        expectParsed(name.endsWith('.gz') ? gunzipSync(bytes) : bytes, 'text', true);
      },
    });
  }
  const skipped = ['protobuf', 'protobuf.gz', 'protobuf-multimessage', 'json2', 'json2_bad'].map((name) => ({
    case: `text/testdata-${name}`,
    reason: 'not the text format: Orrery asks targets for OpenMetrics or text only',
  }));
  return { cases, skipped };
}

/** Parses in chunks of several sizes: where a chunk ends must make no difference. */
function expectParsed(page: Uint8Array, format: 'text' | 'openmetrics', shouldParse: boolean): void {
  for (const size of [1, 7, page.length + 1]) {
    const problems = problemsOf(page, format, size);
    if (shouldParse && problems.length > 0) throw new Error(`should parse, but: ${problems.join('; ')}`);
    if (!shouldParse && problems.length === 0) throw new Error('should not parse, but no line was named');
  }
}

function problemsOf(page: Uint8Array, format: 'text' | 'openmetrics', chunkSize: number): string[] {
  const problems: string[] = [];
  const parser = createExpositionParser({
    wants: () => true,
    series: (name) => ({ name }),
    sample: () => undefined,
    malformed: (line, reason) => problems.push(`line ${line}: ${reason}`),
  }, { format, strict: true, cache: new Map() });
  for (let from = 0; from < page.length; from += chunkSize) parser.push(page.subarray(from, from + chunkSize));
  parser.end();
  return problems;
}
