import { ClickHouseError } from '@clickhouse/client';

/** A statement failed. The message names the statement; it holds no address, credential or parameter. */
export class StoreError extends Error {
  /** ClickHouse's error name, e.g. `UNKNOWN_TABLE`; '' where nothing answered, `UNEXPECTED_ANSWER` where something else did. */
  readonly type: string;
  /** False where the server could not be reached or is overloaded: the same statement may succeed later. */
  readonly permanent: boolean;
  constructor(message: string, type: string, permanent: boolean, cause: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StoreError';
    this.type = type;
    this.permanent = permanent;
  }
}

/** Server errors that pass: too many parts or queries, memory, a replica that is catching up, a shutdown. */
const passing = new Set([
  'TOO_MANY_PARTS', 'TOO_MANY_SIMULTANEOUS_QUERIES', 'MEMORY_LIMIT_EXCEEDED', 'TIMEOUT_EXCEEDED', 'SOCKET_TIMEOUT', 'NETWORK_ERROR',
  'TABLE_IS_READ_ONLY', 'QUERY_WAS_CANCELLED', 'ABORTED', 'KEEPER_EXCEPTION', 'ALL_REPLICAS_LOST', 'ALL_CONNECTION_TRIES_FAILED',
  'NOT_ENOUGH_SPACE', 'UNKNOWN_STATUS_OF_INSERT', 'NO_ZOOKEEPER', 'SERVER_OVERLOADED',
]);

/**
 * Wraps whatever the client threw for the statement called `name`. Only the server's own errors are kept as cause:
 * those of the transport quote the address, which is secret for the embedded engine.
 */
export function storeError(name: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  if (error instanceof ClickHouseError) {
    const type = error.type ?? `CODE_${error.code}`;
    return new StoreError(`${name}: ${type}: ${error.message.slice(0, 500)}`, type, !passing.has(type), error);
  }
  const { code, name: kind, message = '' } = error as NodeJS.ErrnoException;
  const reason = code ?? (kind === 'TimeoutError' || kind === 'AbortError' ? 'timeout' : undefined);
  if (reason !== undefined) return new StoreError(`${name}: the store did not answer (${reason})`, '', false, undefined);
  // An answer that is not ClickHouse's own: a proxy, or its HTTP layer. What may be an address is left out.
  const said = (message.split('\n')[0] ?? '').replace(/\/\S{16,}/g, '/…').slice(0, 160);
  return new StoreError(`${name}: unexpected answer: ${said}`, 'UNEXPECTED_ANSWER', false, undefined);
}
