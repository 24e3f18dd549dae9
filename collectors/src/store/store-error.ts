import { ClickHouseError } from '@clickhouse/client';

/** A statement failed. The message names the statement; it holds no address, credential or parameter. */
export class StoreError extends Error {
  /** ClickHouse's error name, e.g. `UNKNOWN_TABLE`; '' where nothing answered, `UNEXPECTED_ANSWER` where something else did. */
  readonly type: string;
  /** True where the same rows will never be taken; otherwise the same statement may succeed later. */
  readonly permanent: boolean;
  constructor(message: string, type: string, permanent: boolean, cause: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StoreError';
    this.type = type;
    this.permanent = permanent;
  }

  /** True where the same question may be answered in a moment: nothing answered, or not in time, or there was no room. */
  get passes(): boolean {
    return passing.has(this.type);
  }
}

const passing = new Set([
  '', 'TIMEOUT_EXCEEDED', 'SOCKET_TIMEOUT', 'NETWORK_ERROR', 'ALL_CONNECTION_TRIES_FAILED', 'TOO_MANY_SIMULTANEOUS_QUERIES', 'MEMORY_LIMIT_EXCEEDED', 'QUERY_WAS_CANCELLED',
  'KEEPER_EXCEPTION', 'TABLE_IS_READ_ONLY', 'ABORTED', 'NOT_ENOUGH_SPACE', 'CANNOT_WRITE_TO_FILE_DESCRIPTOR', 'TOO_MANY_PARTS',
]);

/**
 * Server errors about the rows themselves: sending the same block again cannot help. Everything else may be mended while
 * the sender waits (a full disk, a missing grant, a table being restored), so its rows must not be given up.
 */
const aboutRows = new Set([
  'INCORRECT_DATA', 'CANNOT_PARSE_INPUT_ASSERTION_FAILED', 'CANNOT_READ_ALL_DATA', 'TYPE_MISMATCH', 'CANNOT_CONVERT_TYPE', 'UNKNOWN_ELEMENT_OF_ENUM',
  'VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE', 'ARGUMENT_OUT_OF_BOUND', 'TOO_LARGE_STRING_SIZE', 'TOO_LARGE_ARRAY_SIZE', 'SIZES_OF_ARRAYS_DONT_MATCH', 'TOO_LARGE_SIZE_COMPRESSED',
]);

/** What the client says, without a name of its own, when its signal or its time ran out. */
const gaveUp = /^(The user aborted a request|Timeout error)/;

/**
 * Wraps whatever the client threw for the statement called `name`. Only the server's own errors are kept as cause:
 * those of the transport quote the address, which is secret for the embedded engine.
 */
export function storeError(name: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  if (error instanceof ClickHouseError) {
    const type = error.type ?? `CODE_${error.code}`;
    return new StoreError(`${name}: ${type}: ${error.message.slice(0, 500)}`, type, aboutRows.has(type), error);
  }
  const { code, name: kind, message = '' } = error as NodeJS.ErrnoException;
  const reason = code ?? (kind === 'TimeoutError' || kind === 'AbortError' ? 'timeout' : undefined);
  if (reason !== undefined) return new StoreError(`${name}: the store did not answer (${reason})`, '', false, undefined);
  if (gaveUp.test(message)) return new StoreError(`${name}: the store did not answer in time`, 'TIMEOUT_EXCEEDED', false, undefined);
  // An answer that is not ClickHouse's own: a proxy, or its HTTP layer. What may be an address is left out.
  const said = (message.split('\n')[0] ?? '').replace(/\/\S{16,}/g, '/…').slice(0, 160);
  return new StoreError(`${name}: unexpected answer: ${said}`, 'UNEXPECTED_ANSWER', false, undefined);
}
