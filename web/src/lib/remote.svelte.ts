import { failureText, isAbort, mayPass, retryMs } from '../graphql/request.ts';

/** A question to the API that is asked again as its key changes; answers that come too late are dropped. */
export class Remote<T> {
  value: T | null = $state.raw(null);
  failure: string | null = $state(null);
  loading = $state(false);
  #abort: AbortController | null = null;
  #key = '';
  #again: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #about: string | null = null;
  #next: (() => void) | null = null;

  /**
   * Loads; with another `key` than before the old value is cleared first, with the same one it stays until the new comes.
   * A failure that may pass is tried again by itself.
   * @param about the question, apart from where a moving window stands: while the same is being answered a later one waits,
   * so that an answer comes though it takes longer than the window needs to move on. null = each replaces the one before it.
   */
  async load(key: string, ask: (signal: AbortSignal) => Promise<T>, about: string | null = null): Promise<void> {
    if (about !== null && this.#running && about === this.#about) {
      this.#next = () => void this.load(key, ask, about);
      return;
    }
    this.close();
    const abort = new AbortController();
    this.#abort = abort;
    if (key !== this.#key) this.value = null;
    this.#key = key;
    this.#about = about;
    this.#running = this.loading = true;
    try {
      this.value = await ask(abort.signal);
      this.failure = null;
    } catch (error) {
      if (isAbort(error) || this.#abort !== abort) return;
      this.failure = failureText(error);
      if (mayPass(error)) this.#again = setTimeout(() => void this.load(key, ask, about), retryMs);
    } finally {
      if (this.#abort === abort) {
        this.#running = this.loading = false;
        const next = this.#next;
        this.#next = null;
        next?.();
      }
    }
  }

  /** Shows a part of an answer before the rest of it comes, unless nobody waits for it any more. */
  fill(value: T, signal: AbortSignal): void {
    if (!signal.aborted) this.value = value;
  }

  close(): void {
    clearTimeout(this.#again);
    this.#next = null;
    this.#abort?.abort();
  }
}
