import type { Skip, Suite } from './suite.ts';
import { suites } from './suites.ts';

interface Outcome {
  passed: number;
  total: number;
  readonly skipped: readonly Skip[];
}

async function main(chosen: readonly string[]): Promise<number> {
  const unknown = chosen.filter((name) => !Object.hasOwn(suites, name));
  if (unknown.length > 0) {
    process.stderr.write(`unknown suite: ${unknown.join(', ')}; known are ${Object.keys(suites).join(', ')}\n`);
    return 2;
  }
  const outcomes: Record<string, Outcome> = {};
  for (const [name, load] of Object.entries(suites)) {
    if (chosen.length === 0 || chosen.includes(name)) outcomes[name] = await runSuite(name, await load());
  }
  process.stdout.write('\nsuite            passed  total  skipped\n');
  for (const [name, { passed, total, skipped }] of Object.entries(outcomes)) {
    process.stdout.write(`${name.padEnd(16)} ${String(passed).padStart(6)} ${String(total).padStart(6)} ${String(skipped.length).padStart(8)}\n`);
  }
  process.stdout.write(`${JSON.stringify(outcomes)}\n`);
  return Object.values(outcomes).every(({ passed, total }) => passed === total) ? 0 : 1;
}

async function runSuite(name: string, suite: Suite): Promise<Outcome> {
  const outcome: Outcome = { passed: 0, total: suite.cases.length, skipped: suite.skipped };
  try {
    for (const { name: caseName, run } of suite.cases) {
      try {
        await run();
        outcome.passed++;
      } catch (error) {
        process.stdout.write(`FAILED ${name} ${caseName}: ${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
  } finally {
    await suite.close?.();
  }
  for (const skip of suite.skipped) process.stdout.write(`skipped ${name} ${skip.case}: ${skip.reason}\n`);
  return outcome;
}

process.exitCode = await main(process.argv.slice(2));
