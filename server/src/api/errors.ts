import { randomBytes } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';

/** Why a request was refused: `extensions.code` in GraphQL, `error.code` elsewhere, with the HTTP status used elsewhere. */
export const ApiErrorCode = {
  BAD_INPUT: 400,
  BAD_WINDOW: 400,
  NOT_FOUND: 404,
  NODE_NOT_FOUND: 404,
  GRAPH_TOO_LARGE: 422,
  READ_ONLY: 405,
  BODY_TOO_LARGE: 413,
  LIMIT_EXCEEDED: 429,
  STORE_UNAVAILABLE: 503,
} as const;
export type ApiErrorCode = keyof typeof ApiErrorCode;

/** A failure the caller can do something about; its message says what, and is safe to send. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  constructor(code: ApiErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ApiError';
    this.code = code;
  }

  get status(): number {
    return ApiErrorCode[this.code];
  }
}

/** What a store says that answers and takes no rows. */
const refusals: ReadonlySet<string> = new Set(['NOT_ENOUGH_SPACE', 'CANNOT_WRITE_TO_FILE_DESCRIPTOR', 'TOO_MANY_PARTS', 'TABLE_IS_READ_ONLY']);

/** A store failure that passes, told by its shape so that this folder needs no import from the store. */
function isStoreOutage(error: unknown): error is Error {
  return error instanceof Error && error.name === 'StoreError' && 'passes' in error && error.passes === true;
}

/**
 * What may leave the process: an `ApiError` as it is, a store failure as STORE_UNAVAILABLE,
 * everything else as INTERNAL with an id under which the log has the whole error.
 */
export function publicError(error: unknown, logger: Logger): { readonly code: ApiErrorCode | 'INTERNAL'; readonly status: number; readonly message: string } {
  if (error instanceof ApiError) return error;
  if (isStoreOutage(error)) {
    logger.warn({ err: error }, 'store unavailable');
    const type = 'type' in error ? String(error.type) : '';
    return new ApiError('STORE_UNAVAILABLE', refusals.has(type) ? `the store takes no rows now: ${type}; try again later` : 'the store does not answer; try again in a few seconds, /readyz says when it is back');
  }
  const id = randomBytes(6).toString('hex');
  logger.error({ err: error, errorId: id }, 'unexpected error');
  return { code: 'INTERNAL', status: 500, message: `unexpected error ${id}: the log has the details under this id` };
}

/** Formats an error of the GraphQL layer: syntax, validation and coercion messages stand, resolver errors go through `publicError`. */
export function formatGraphqlError(error: Readonly<GraphQLError | Error>, logger: Logger): GraphQLError {
  if (!(error instanceof GraphQLError)) return new GraphQLError(error.message, { extensions: { code: 'BAD_REQUEST' } });
  const original = error.originalError;
  const place = { nodes: error.nodes ?? null, source: error.source ?? null, positions: error.positions ?? null, path: error.path ?? null };
  if (!original || original instanceof GraphQLError) {
    return new GraphQLError(error.message, { ...place, extensions: { code: requestErrorCode(error), ...error.extensions } });
  }
  const { code, message } = publicError(original, logger);
  return new GraphQLError(message, { ...place, extensions: { code } });
}

function requestErrorCode(error: GraphQLError): string {
  return error.message.startsWith('Syntax Error') ? 'GRAPHQL_PARSE_FAILED' : 'GRAPHQL_VALIDATION_FAILED';
}
