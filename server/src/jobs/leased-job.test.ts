import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestStore, silent, type TestStore } from './engine-fixture.ts';
import { restAfter, runLeased, type LeasedJob } from './leased-job.ts';

let opened: TestStore;
beforeAll(async () => { opened = await openTestStore(); }, 60_000);
afterAll(() => opened.close());

interface Counting extends LeasedJob { runs: number; resets: number; running: number; overlapped: boolean }
function counting(name: string, work: (runs: number) => Promise<void> = async () => undefined): Counting {
  return {
    name, runs: 0, resets: 0, running: 0, overlapped: false,
    async run() {
      this.running++;
      this.overlapped ||= this.running > 1;
      await work(++this.runs).finally(() => this.running--);
      return { lagSeconds: 0, written: 0, pending: 0 };
    },
    reset() { this.resets++; },
  };
}
const until = async (done: () => boolean): Promise<void> => { while (!done()) await sleep(5); };

it('runs in one process at a time, and the next takes over when it stops', async () => {
  const a = counting('takeover'), b = counting('takeover');
  const first = runLeased(a, 5, opened.store, 'a', silent, Date.now);
  await until(() => a.runs > 2);
  const second = runLeased(b, 5, opened.store, 'b', silent, Date.now);
  await until(() => a.runs > 10);
  expect([b.runs, second.status().leading, first.status().leading]).toEqual([0, false, true]);
  await first.stop();
  await until(() => b.runs > 0);
  await second.stop();
  expect([a.resets, b.resets]).toEqual([1, 1]);
});

it('never overlaps itself and goes on after a failure', async () => {
  const job = counting('failing', async (runs) => {
    await sleep(10);
    if (runs === 2) throw new Error('the store went away');
  });
  const running = runLeased(job, 1, opened.store, 'a', silent, Date.now);
  await until(() => job.runs > 4);
  await running.stop();
  expect([job.overlapped, running.status().failures]).toEqual([false, 1]);
});

it.each([[1_000, 10_000, 9_000], [8_000, 10_000, 8_000], [40_000, 10_000, 40_000], [3_600_000, 10_000, 60_000]])('after a run of %i ms a job of every %i ms rests %i ms', (took, every, rest) => {
  expect(restAfter(took, every)).toBe(rest);
});
