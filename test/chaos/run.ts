import { parseArgs } from 'node:util';
import { runKill } from './kill.ts';

/** Each fault run: its entry in the last line of JSON, and whether it passed. */
const runs: Readonly<Record<string, () => Promise<{ readonly passed: boolean; readonly result: Readonly<Record<string, number>> }>>> = {
  kill: () => runKill({ kills: 20, spansPerSecond: 5000, flowsPerSecond: 2000, scrapeTargets: 200, scrapeSeconds: 15, seed: 1, say: console.log }),
};

const { positionals, values } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } });
if (values.help === true) {
  console.log(`usage: npm run chaos [-- name…]\n\nfault runs: ${Object.keys(runs).join(', ')}\nWithout a name all of them run. The last line is JSON.`);
  process.exit(0);
}
const unknown = positionals.filter((name) => !(name in runs));
if (unknown.length > 0) {
  console.error(`no fault run «${unknown.join('», «')}»; there are: ${Object.keys(runs).join(', ')}`);
  process.exit(2);
}

const results: Record<string, unknown> = {};
let failed = false;
for (const name of positionals.length > 0 ? positionals : Object.keys(runs)) {
  const run = await runs[name]?.();
  results[name] = run?.result;
  failed ||= run?.passed !== true;
}
console.log(JSON.stringify(results));
process.exit(failed ? 1 : 0);
