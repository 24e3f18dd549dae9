/** Lets a bounded number of tasks run at once; the others wait in their order. There is one at most for each target. */
export class Slots {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  async use(task: () => Promise<void>): Promise<void> {
    if (this.#free === 0) await new Promise<void>((resume) => this.#waiting.push(resume));
    else this.#free--;
    try {
      await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
