/** Whether this process can do its work, and if not, why. */
export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

export interface ReadinessParts {
  readonly storeReady: () => boolean;
  /** True from the first SIGTERM on. */
  readonly stopping: () => boolean;
}

/** The API listens only after migrations ran and every listener is open, so these need no word of their own. */
export function readiness({ storeReady, stopping }: ReadinessParts): Readiness {
  const reasons = [
    storeReady() ? '' : 'the store does not answer',
    stopping() ? 'stopping' : '',
  ].filter((reason) => reason !== '');
  return { ready: reasons.length === 0, reasons };
}
