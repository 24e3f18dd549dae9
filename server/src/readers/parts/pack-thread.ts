import { parentPort } from 'node:worker_threads';
import type { LoosePart } from './loose-part.ts';
import type { PackAnswer, PackTask } from './pack-apart.ts';
import { packBytes } from './pack-bytes.ts';

/** The thread of `createPacker`. */
parentPort?.on('message', ({ id, bytes, form }: PackTask) => {
  try {
    const part = packBytes(bytes, form);
    // 11 MB, given back at once and not when garbage is next collected.
    if (bytes.buffer instanceof ArrayBuffer) bytes.buffer.transfer(0);
    answer({ id, part }, part ? buffersOf(part) : []);
  } catch (error) {
    answer({ id, error: error instanceof Error ? error.message : String(error) }, []);
  }
});

function answer(message: PackAnswer, handedOver: ArrayBuffer[]): void {
  parentPort?.postMessage(message, handedOver);
}

/** What need not be copied. */
function buffersOf({ sums, responses, latency, ...rest }: LoosePart): ArrayBuffer[] {
  const arrays = [...Object.values(sums), ...Object.values(responses) as ArrayBufferView[], ...Object.values(latency) as ArrayBufferView[], ...Object.values(rest)];
  return [...new Set(arrays.flatMap((one) => (ArrayBuffer.isView(one) ? [one.buffer as ArrayBuffer] : [])))];
}
