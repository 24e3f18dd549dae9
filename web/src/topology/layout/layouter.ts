import { place, type Layout, type LayoutTask } from './place.ts';

/** The part of a `Worker` that is used. */
export interface LayoutWorker {
  postMessage(task: LayoutTask): void;
  onmessage: ((event: { readonly data: Layout }) => void) | null;
  onerror: (() => void) | null;
  terminate(): void;
}

interface Asked {
  readonly task: LayoutTask;
  readonly done: (layout: Layout) => void;
}

/**
 * Lays out beside the page, one graph after the other. Of those that are asked for meanwhile only the last one is made: the
 * others are of pictures that nobody waits for any more, and their callbacks are never called.
 */
export class Layouter {
  readonly #start: () => LayoutWorker;
  #worker: LayoutWorker | null = null;
  #running: Asked | null = null;
  #next: Asked | null = null;

  constructor(start: () => LayoutWorker) {
    this.#start = start;
  }

  ask(task: LayoutTask, done: (layout: Layout) => void): void {
    this.#next = { task, done };
    if (!this.#running) this.#run();
  }

  close(): void {
    this.#worker?.terminate();
    this.#worker = this.#running = this.#next = null;
  }

  #run(): void {
    this.#running = this.#next;
    this.#next = null;
    if (!this.#running) return;
    this.#worker ??= this.#started();
    this.#worker.postMessage(this.#running.task);
  }

  #started(): LayoutWorker {
    const worker = this.#start();
    const finish = (layoutOf: (task: LayoutTask) => Layout): void => {
      const { task, done } = this.#running!;
      const outdated = this.#next !== null;
      this.#run();
      if (!outdated) done(layoutOf(task));
    };
    worker.onmessage = ({ data }) => finish(() => data);
    // Where it did not load (Orrery may have been updated), a slow page is better than one without a picture.
    worker.onerror = () => {
      worker.terminate();
      this.#worker = null;
      finish(place);
    };
    return worker;
  }
}

/** Starts the page's own worker. */
export function startLayoutWorker(): LayoutWorker {
  return new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' }) as LayoutWorker;
}
