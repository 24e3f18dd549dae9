/** Whether this process can do its work, and if not, why. */
export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

/** What `/readyz` looks at, each time it is asked. */
export interface ReadinessParts {
  readonly storeReady: () => boolean;
  /** Why the store takes no rows; '' where it takes them, or where who asks only reads. */
  readonly refusesRows: () => string;
  /** True from the first SIGTERM on. */
  readonly stopping: () => boolean;
}

/** The API listens only after migrations ran and every listener is open, so these need no word of their own. */
export function readiness({ storeReady, refusesRows, stopping }: ReadinessParts): Readiness {
  const reasons = [
    storeReady() ? '' : 'the store does not answer',
    refusesRows() === '' ? '' : `the store takes no rows: ${refusesRows()}`,
    stopping() ? 'stopping' : '',
  ].filter((reason) => reason !== '');
  return { ready: reasons.length === 0, reasons };
}
