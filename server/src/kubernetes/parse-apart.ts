import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ConfigObject } from '../validation/model/config-object.ts';
import { parseManifests, type ParsedManifests, type ParseOptions } from '../validation/parse/parse-manifests.ts';

/** What the thread is asked. */
export interface ParseTask {
  readonly file: string;
  readonly text: string;
  readonly options: ParseOptions;
}

/** What it answers. Objects of one document share its text, which copying would multiply: it is sent once, apart. */
export interface ParseAnswer extends ParsedManifests {
  /** Texts of documents, and for each object the place of its own among them; -1: it has none. */
  readonly texts: readonly string[];
  readonly textOf: readonly number[];
}

/** Below this a text is read faster than a thread starts. */
const smallCharacters = 16 * 1024;

/**
 * As `parseManifests`, in a thread of its own where the text is long: reading YAML takes seconds a megabyte, in which
 * nothing else would be taken in or answered.
 * @param withinMs a text that takes longer is a problem of its own; by default it may take as long as it does
 */
export async function parseApart(task: ParseTask, withinMs = Infinity): Promise<ParsedManifests> {
  if (task.text.length < smallCharacters) return parseManifests(task.file, task.text, task.options);
  const worker = new Worker(new URL(`./parse-thread${extname(import.meta.url)}`, import.meta.url), { workerData: task });
  let late: NodeJS.Timeout | undefined;
  try {
    return await new Promise<ParsedManifests>((resolve, reject) => {
      const refuse = (message: string): void => { resolve({ objects: [], problems: [{ file: task.file, line: 1, column: 1, message }] }); };
      worker.once('message', (answer: ParseAnswer) => { resolve(joined(answer)); });
      worker.once('error', (error: Error & { readonly code?: string }) => {
        if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') refuse('takes more memory to read than there is');
        else reject(error);
      });
      worker.once('exit', () => { reject(new Error(`reading ${task.file} ended without an answer`)); });
      if (withinMs < Infinity) late = setTimeout(() => { refuse(`cannot be read within ${Math.round(withinMs / 1000)} s; send it in parts`); }, withinMs);
    });
  } finally {
    clearTimeout(late);
    await worker.terminate();
  }
}

/** Takes the texts out of what is to be sent. */
export function apart({ objects, problems }: ParsedManifests): ParseAnswer {
  const places = new Map<string, number>();
  const textOf = objects.map(({ origin }) => {
    if (origin === undefined) return -1;
    const place = places.get(origin.text) ?? places.size;
    places.set(origin.text, place);
    return place;
  });
  return { objects: objects.map((object) => withText(object, '')), problems, texts: [...places.keys()], textOf };
}

function joined({ objects, problems, texts, textOf }: ParseAnswer): ParsedManifests {
  return { objects: objects.map((object, i) => withText(object, texts[textOf[i] ?? -1] ?? '')), problems };
}

const withText = (object: ConfigObject, text: string): ConfigObject => (object.origin === undefined ? object : { ...object, origin: { ...object.origin, text } });
