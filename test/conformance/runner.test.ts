import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runSuites } from './runner.ts';
import type { Suite } from './suite.ts';

const passes = { name: 'passes', run: () => undefined };
const suite = (given: Partial<Suite>): Suite => ({ cases: [passes], skipped: [], ...given });

async function run(suites: Parameters<typeof runSuites>[0]): Promise<{ code: number; out: string; outcomes: unknown }> {
  let out = '';
  const code = await runSuites(suites, (text) => { out += text; });
  return { code, out, outcomes: JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') };
}

/** The runner in a process of its own, with suites given as source. */
async function runApart(suites: string, signal: NodeJS.Signals | null): Promise<{ code: number | null; out: string }> {
  const runner = pathToFileURL(join(import.meta.dirname, 'runner.ts')).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', `import { runSuites } from '${runner}';
    const passes = { name: 'passes', run() {} };
    process.exit(await runSuites(${suites}, (text) => process.stdout.write(text)));`], { stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  child.stdout.on('data', (part: Buffer) => {
    out += part.toString();
    if (signal !== null && out.includes('ready')) child.kill(signal);
  });
  const [code] = await once(child, 'close') as [number | null];
  return { code, out };
}

describe('a run of suites', () => {
  it('is 0 where every case passes, and tells what is skipped', async () => {
    const { code, out, outcomes } = await run({ one: () => suite({ skipped: [{ case: 'far', reason: 'no road' }] }), two: () => suite({}) });
    expect({ code, outcomes }).toEqual({ code: 0, outcomes: { one: { passed: 1, total: 1, skipped: [{ case: 'far', reason: 'no road' }] }, two: { passed: 1, total: 1, skipped: [] } } });
    expect(out).toContain('skipped one far: no road');
  });

  it.each([
    ['a case that fails', () => suite({ cases: [{ name: 'fails', run: () => Promise.reject(new Error('so it is')) }, passes] }), /FAILED odd fails: so it is/],
    ['an end that fails', () => suite({ close: () => Promise.reject(new Error('will not end')) }), /FAILED odd: will not end/],
    ['a suite that does not start', () => Promise.reject<Suite>(new Error('no etcd')), /FAILED odd: no etcd/],
  ])('goes on after %s, and is not 0', async (_, odd, said) => {
    const { code, out } = await run({ odd, after: () => suite({}) });
    expect(code).toBe(1);
    expect(out).toMatch(said);
    expect(out).toContain('after: 1 of 1 passed');
  });

  it('watches nothing any more once it is over', async () => {
    const listeners = (): number => process.listenerCount('exit') + process.listenerCount('SIGTERM') + process.listenerCount('unhandledRejection');
    const before = listeners();
    await run({ one: () => suite({}) });
    expect(listeners()).toBe(before);
  });
});

describe('a run that ends early', () => {
  const endings: [string, string, number, RegExp, NodeJS.Signals | null][] = [
    ['nothing can finish a case', '{ name: "hangs", run: () => new Promise(() => {}) }', 13, /ENDED EARLY in odd, hangs: nothing is left.*; not run to the end: odd, after/, null],
    ['a rejection that nobody awaits', '{ name: "leaks", run: () => { Promise.reject(new Error("lost")); return new Promise((done) => setTimeout(done, 10_000)); } }', 1, /ENDED EARLY in odd, leaks: Error: lost/, null],
    ['a part that calls exit', '{ name: "quits", run: () => process.exit(0) }', 1, /ENDED EARLY in odd, quits/, null],
    ['a signal', '{ name: "waits", run: () => { process.stdout.write("ready"); return new Promise((done) => setTimeout(done, 30_000)); } }', 143, /ENDED EARLY in odd, waits: SIGTERM; not run to the end: odd, after\nclosed/, 'SIGTERM'],
  ];
  it.each(endings)('%s: says what is not run, and is not 0', async (_, odd, expected, said, signal) => {
    const { code, out } = await runApart(`{
      first: () => ({ cases: [passes], skipped: [] }),
      odd: () => ({ cases: [${odd}], skipped: [], close: async () => { process.stdout.write('closed'); } }),
      after: () => ({ cases: [passes], skipped: [] }),
    }`, signal);
    expect(out).toMatch(said);
    expect(out).toContain('first: 1 of 1 passed');
    expect(code).toBe(expected);
  });
});
