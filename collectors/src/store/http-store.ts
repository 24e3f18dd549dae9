import { setTimeout as sleep } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { ClickHouseLogLevel, createClient, type ClickHouseClient, type ClickHouseSettings } from '@clickhouse/client';
import { readOnly, readSettings, writeSettings } from './pinned-settings.ts';
import type { Sql } from './sql.ts';
import type { QueryOptions } from './store.ts';
import { StoreError, storeError } from './store-error.ts';

/** Where a ClickHouse answers, and as whom. */
export interface Endpoint {
  /** May hold credentials, then `user` is not needed. */
  readonly url: string;
  /** Path that the server listens under. */
  readonly pathname?: string;
  readonly user?: { readonly name: string; readonly password: string };
}

/** Who writes, who reads, and into which database. */
export interface HttpStoreOptions {
  readonly writer: Endpoint;
  /** Null: the writer reads, with `readonly = 2`. */
  readonly reader: Endpoint | null;
  readonly database: string;
}

/** The statements of `Store` over HTTP; reads are repeated while the server comes back. */
export interface HttpStore {
  isReady(): boolean;
  refusesRows(): string;
  query<Row>(query: Sql, options: QueryOptions): Promise<Row[]>;
  queryColumns(query: Sql, options: QueryOptions): Promise<Record<string, unknown[]>>;
  queryNative(query: Sql, options: QueryOptions): Promise<Uint8Array>;
  command(query: Sql, options: QueryOptions): Promise<void>;
  insertNative(table: string, columns: readonly string[], block: Uint8Array, token: string): Promise<void>;
  /** Makes the configured database, on every node of `cluster` if one is given. */
  createDatabase(cluster: string | undefined): Promise<void>;
  close(): Promise<void>;
}

const defaultTimeoutMs = 30_000;
/** What the server holds of a Native answer in memory before it uses a file: more than the graph of 100,000 edges needs. */
const nativeBufferBytes = String(128 * 1024 * 1024);
const probeMs = 1_000;
const retryFirstMs = 25;
const retryMostMs = 500;

/** Connects lazily: making one never fails and sends nothing. */
export function createHttpStore(options: HttpStoreOptions): HttpStore {
  const writer = connect(options.writer, options.database, writeSettings);
  const reader = options.reader
    ? connect(options.reader, options.database, readSettings)
    : connect(options.writer, options.database, { ...readSettings, ...readOnly });

  let ready = true;
  let closed = false;
  let refused = '';
  const probe = setInterval(() => {
    if (ready) return;
    writer.ping({ select: true }).then((answer) => { ready ||= answer.success; }, () => undefined);
  }, probeMs);
  probe.unref();

  async function once<T>(name: string, run: () => Promise<T>): Promise<T> {
    try {
      const result = await run();
      ready = true;
      return result;
    } catch (error) {
      const wrapped = storeError(name, error);
      if (wrapped.type === '') ready = false;
      throw wrapped;
    }
  }

  /** Repeats what may be repeated until its time is up. */
  async function withRetries<T>(name: string, timeoutMs: number, run: (leftMs: number) => Promise<T>): Promise<T> {
    const deadline = performance.now() + timeoutMs;
    for (let pause = retryFirstMs; ; pause = Math.min(pause * 2, retryMostMs)) {
      const left = deadline - performance.now();
      try {
        return await once(name, () => run(left));
      } catch (error) {
        const unanswered = storeError(name, error).type === '';
        if (!unanswered || closed || performance.now() + pause >= deadline) throw error;
        await sleep(pause);
      }
    }
  }

  return {
    isReady: () => ready && !closed,
    refusesRows: () => refused,
    query: (query, { name, timeoutMs = defaultTimeoutMs }) =>
      withRetries(name, timeoutMs, async (leftMs) => {
        const answer = await reader.query({ ...statement(query, name, leftMs), format: 'JSONEachRow' });
        return await answer.json();
      }),
    queryColumns: (query, { name, timeoutMs = defaultTimeoutMs }) =>
      withRetries(name, timeoutMs, async (leftMs) => {
        const answer = await reader.query({ ...statement(query, name, leftMs), format: 'JSONColumnsWithMetadata' });
        const { meta, data } = await answer.json() as unknown as { meta: { name: string }[]; data: Record<string, unknown[]> };
        return Object.fromEntries(meta.map(({ name: column }) => [column, data[column] ?? []]));
      }),
    queryNative: (query, { name, timeoutMs = defaultTimeoutMs }) =>
      withRetries(name, timeoutMs, async (leftMs) => {
        const { clickhouse_settings: settings, query: text, ...rest } = statement(query, name, leftMs);
        // Held back until the end, so that a failure half-way is an error and not a torn block.
        const answer = await reader.exec({ ...rest, query: `${text}\nFORMAT Native`, clickhouse_settings: { ...settings, wait_end_of_query: 1, http_response_buffer_size: nativeBufferBytes } });
        const chunks: Buffer[] = [];
        for await (const chunk of answer.stream) chunks.push(chunk as Buffer);
        return Buffer.concat(chunks);
      }),
    command: (query, { name, timeoutMs = defaultTimeoutMs }) =>
      once(name, async () => { await writer.command(statement(query, name, timeoutMs)); }),
    insertNative: (table, columns, block, token) =>
      once(`insert ${table}`, async () => {
        const answer = await writer.exec({
          query: `INSERT INTO ${table} (${columns.join(', ')}) FORMAT Native`,
          values: Readable.from([block], { objectMode: false }),
          clickhouse_settings: { insert_deduplication_token: token, log_comment: `insert ${table}` },
          abort_signal: AbortSignal.timeout(defaultTimeoutMs),
        });
        await answer.stream.resume().toArray();
      }).then(
        () => { refused = ''; },
        (error: unknown) => {
          // Rows that are wrong say nothing of others.
          if (error instanceof StoreError && !error.permanent) refused = error.type;
          throw error;
        },
      ),
    createDatabase: (cluster) =>
      once('create database', async () => {
        // Asked from within `system`, for a request to a database that is not there yet is refused.
        const client = connect(options.writer, 'system', writeSettings);
        const onCluster = cluster === undefined ? '' : ` ON CLUSTER '${cluster}'`;
        await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${options.database}${onCluster} ENGINE = Atomic` }).finally(() => client.close());
      }),
    close: async () => {
      closed = true;
      clearInterval(probe);
      await Promise.all([writer.close(), reader.close()]);
    },
  };
}

function statement(query: Sql, name: string, timeoutMs: number): { query: string; query_params: Record<string, unknown>; clickhouse_settings: ClickHouseSettings; abort_signal: AbortSignal } {
  return {
    query: query.text,
    query_params: { ...query.params },
    clickhouse_settings: { log_comment: name, max_execution_time: Math.max(1, Math.ceil(timeoutMs / 1000)) },
    abort_signal: AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)) + 500),
  };
}

function connect(endpoint: Endpoint, database: string, settings: ClickHouseSettings): ClickHouseClient {
  const url = new URL(endpoint.url);
  const username = endpoint.user?.name ?? (url.username === '' ? 'default' : decodeURIComponent(url.username));
  const password = endpoint.user?.password ?? decodeURIComponent(url.password);
  url.username = '';
  url.password = '';
  const pathname = endpoint.pathname ?? (url.pathname === '/' ? undefined : url.pathname);
  return createClient({
    url: url.origin,
    ...(pathname === undefined ? {} : { pathname }),
    username, password, database,
    application: 'orrery',
    clickhouse_settings: settings,
    request_timeout: 120_000,
    max_open_connections: 16,
    use_multipart_params_auto: true,
    log: { level: ClickHouseLogLevel.OFF },
  });
}
