/** Where answers are shown: `Remote`, as far as it is needed. */
interface Shown<T> {
  load(key: string, ask: (signal: AbortSignal) => Promise<T>): Promise<void>;
  fill(value: T, signal: AbortSignal): void;
}

/** Seconds for which an answer may wait for telemetry when what stands without it is shown already. */
const patience = 25;

/**
 * Asks for findings in two steps: what configuration says by itself is there at once; where telemetry is still being read,
 * all of it is asked for once more. What is shown of the same question is not taken back in between.
 */
export class TwoSteps<T extends { readonly pending: boolean }> {
  readonly #shown: Shown<T>;
  /** What the last whole answer is about. */
  #whole = '';

  constructor(shown: Shown<T>) {
    this.#shown = shown;
  }

  /** @param key with another one what is shown is cleared first; @param about the question, apart from where a moving window stands */
  load(key: string, about: string, ask: (waitSeconds: number, signal: AbortSignal) => Promise<T>): Promise<void> {
    return this.#shown.load(key, async (signal) => {
      let answer = await ask(0, signal);
      if (answer.pending) {
        if (this.#whole !== about) this.#shown.fill(answer, signal);
        answer = await ask(patience, signal);
      }
      this.#whole = answer.pending ? '' : about;
      return answer;
    });
  }
}
