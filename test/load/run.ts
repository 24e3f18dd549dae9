import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describeFigure, passes, type BenchResult } from './lib/result.ts';

interface Benchmark { run(): Promise<BenchResult> | BenchResult }

const available = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'run.ts').map((name) => name.slice(0, -3)).sort();

const { positionals, values } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } });
if (values.help === true) {
  console.log(`usage: npm run bench [-- name…]\n\nbenchmarks: ${available.join(', ')}\nWithout a name all of them run. Each prints its figures beside their limits; the last line is JSON.`);
  process.exit(0);
}
const unknown = positionals.filter((name) => !available.includes(name));
if (unknown.length > 0) {
  console.error(`no benchmark «${unknown.join('», «')}»; there are: ${available.join(', ')}`);
  process.exit(2);
}

const results: Record<string, BenchResult['result']> = {};
let missed = 0;
for (const name of positionals.length > 0 ? positionals : available) {
  console.log(`${name}`);
  const { run } = (await import(`./${name}.ts`)) as Benchmark;
  const { figures, result } = await run();
  for (const figure of figures) console.log(describeFigure(figure));
  missed += figures.filter((figure) => !passes(figure)).length;
  results[name] = result;
}
console.log(JSON.stringify(results));
process.exit(missed > 0 ? 1 : 0);
