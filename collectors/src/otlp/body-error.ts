/** Why a body could not be read; the sender is told. */
export class BodyError extends Error {
  readonly kind: 'too-large' | 'busy' | 'malformed';
  constructor(kind: BodyError['kind'], message: string) {
    super(message);
    this.name = 'BodyError';
    this.kind = kind;
  }
}

/** The body does not fit beside those that are in work: it shall be sent again. */
export function tooBusy(): BodyError {
  return new BodyError('busy', 'too many requests are in work');
}
