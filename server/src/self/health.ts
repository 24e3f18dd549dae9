/** Whether this process can do its work, and if not, why. */
export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

export interface ReadinessParts {
  readonly storeReady: () => boolean;
  /** True once every configured source listens or has been started. */
  readonly sourcesStarted: () => boolean;
  /** True from the first SIGTERM on. */
  readonly stopping: () => boolean;
}

/** Migrations need no word of their own: a store that opened is migrated. */
export function readiness({ storeReady, sourcesStarted, stopping }: ReadinessParts): Readiness {
  const reasons = [
    storeReady() ? '' : 'the store does not answer',
    sourcesStarted() ? '' : 'sources are starting',
    stopping() ? 'stopping' : '',
  ].filter((reason) => reason !== '');
  return { ready: reasons.length === 0, reasons };
}
