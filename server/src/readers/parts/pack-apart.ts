import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { NativeFormatError } from '@orrery/collectors/store/native-reader';
import type { LoosePart } from './loose-part.ts';
import { packBytes, type AnswerForm } from './pack-bytes.ts';

/** What the thread is asked. */
export interface PackTask { readonly id: number; readonly bytes: Uint8Array; readonly form: AnswerForm }

/** What it answers. */
export type PackAnswer = { readonly id: number; readonly part: LoosePart | null } | { readonly id: number; readonly error: string };

/** As `packBytes`. The bytes are handed over: they are gone afterwards. */
export type Packer = (bytes: Uint8Array, form: AnswerForm) => Promise<LoosePart | null>;

interface Waiting { readonly resolve: (part: LoosePart | null) => void; readonly reject: (error: Error) => void }

/** Below this an answer is packed in less time than handing it over takes. */
const smallBytes = 256 * 1024;
/** A thread without work ends after this long, and with it what it holds. */
const idleMs = 60_000;

/**
 * Packs large answers in a thread of its own: one of 80,000 rows takes 0.1 s, in which whoever asks for a graph would wait.
 * @param small bytes below which that is not worth while
 */
export function createPacker(small = smallBytes): Packer {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null, idle: NodeJS.Timeout | undefined, last = 0;

  const end = (one: Worker, error: Error | null): void => {
    if (worker === one) worker = null;
    clearTimeout(idle);
    void one.terminate();
    if (!error) return;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };

  const start = (): Worker => {
    const one = new Worker(new URL(`./pack-thread${extname(import.meta.url)}`, import.meta.url), { resourceLimits: { maxYoungGenerationSizeMb: 2 } });
    one.on('message', (answer: PackAnswer) => {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('error' in answer) asked?.reject(new NativeFormatError(answer.error));
      else asked?.resolve(answer.part);
      if (waiting.size > 0) return;
      // Whoever waits for an answer keeps the process; a thread without work does not.
      one.unref();
      idle = setTimeout(() => { end(one, null); }, idleMs).unref();
    });
    one.once('error', (error: unknown) => { end(one, error instanceof Error ? error : new Error(String(error))); });
    one.once('exit', () => { if (worker === one) end(one, new Error('the thread that packs answers ended without one')); });
    return one;
  };

  return async (bytes, form) => {
    if (bytes.byteLength < small) return packBytes(bytes, form);
    clearTimeout(idle);
    const one = (worker ??= start()), id = ++last;
    one.ref();
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      const isWhole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
      one.postMessage({ id, bytes, form } satisfies PackTask, isWhole ? [bytes.buffer as ArrayBuffer] : []);
    });
  };
}
