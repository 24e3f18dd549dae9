import type { Logger } from 'pino';

/** Something that is stopped when it is its turn. */
export interface StopStep {
  readonly name: string;
  /** The step is given up after this long; the next one runs all the same. */
  readonly withinMs: number;
  readonly run: () => Promise<unknown> | void;
}

/** Runs the steps one after another; one that fails or hangs is logged and does not keep the rest from stopping. False if any did. */
export async function stopInOrder(steps: readonly StopStep[], logger: Logger): Promise<boolean> {
  let clean = true;
  for (const { name, withinMs, run } of steps) {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`not finished within ${withinMs} ms`)), withinMs);
    });
    try {
      await Promise.race([run(), late]);
    } catch (err) {
      clean = false;
      logger.error({ err, step: name }, 'could not stop cleanly');
    } finally {
      clearTimeout(timer);
    }
  }
  return clean;
}
