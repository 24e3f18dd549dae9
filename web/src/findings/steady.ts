/** The window whose findings are told, Unix seconds; without `to` it ends now. */
export interface FindingsWindow { readonly from: number; readonly to?: number }

/** What a question is about, apart from where a moving window stands: the same text while only time goes on. */
export function aboutOf(question: { readonly window: FindingsWindow }): string {
  const { window, ...rest } = question;
  return JSON.stringify(window.to === undefined ? rest : { ...rest, window });
}

/**
 * Lets an answer that takes longer than the window needs to move come: while a question is being answered, the same one of a
 * later time waits for its next turn; another one replaces it at once.
 */
export class Steady {
  #about = '';
  #running = 0;

  /** Asks, unless the same is being answered. */
  ask(question: { readonly window: FindingsWindow }, act: () => Promise<void>): void {
    const about = aboutOf(question);
    if (this.#running > 0 && about === this.#about) return;
    this.#about = about;
    this.#running++;
    void act().finally(() => this.#running--);
  }
}
