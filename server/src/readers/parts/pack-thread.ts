import { parentPort } from 'node:worker_threads';
import { letGo } from '../../inference/let-go.ts';
import { arraysOf } from './loose-part.ts';
import type { PackAnswer, PackTask } from './pack-apart.ts';
import { packBytes } from './pack-bytes.ts';

/** The thread of `createPacker`. */
parentPort?.on('message', ({ id, bytes, form }: PackTask) => {
  try {
    const part = packBytes(bytes, form);
    letGo([bytes]);
    // What need not be copied.
    answer({ id, part }, part ? arraysOf(part).map(({ buffer }) => buffer as ArrayBuffer) : []);
  } catch (error) {
    answer({ id, error: error instanceof Error ? error.message : String(error) }, []);
  }
});

function answer(message: PackAnswer, handedOver: ArrayBuffer[]): void {
  parentPort?.postMessage(message, handedOver);
}
