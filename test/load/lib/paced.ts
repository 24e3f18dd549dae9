import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Calls `work` `perSecond` times a second on average until `signal` aborts, with at most `inFlight` unfinished
 * calls: a slow receiver lowers the achieved rate and nothing piles up. A gap of more than a second is not made up for.
 */
export async function paced(perSecond: number, inFlight: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  const running = new Set<Promise<void>>();
  let due = performance.now();
  while (!signal.aborted) {
    const now = performance.now();
    if (now - due > 1000) due = now - 1000;
    while (due <= now && running.size < inFlight && !signal.aborted) {
      const task: Promise<void> = work().finally(() => running.delete(task));
      running.add(task);
      due += 1000 / perSecond;
    }
    if (running.size >= inFlight) await Promise.race(running);
    else await sleep(Math.max(1, due - performance.now()));
  }
  await Promise.allSettled(running);
}
