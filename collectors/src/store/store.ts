import type { Sql } from './sql.ts';

/** An open ClickHouse, embedded or remote, migrated and ready. One code path: HTTP. */
export interface Store {
  readonly mode: 'embedded' | 'remote';
  /** The installation's key of edge ids, 16 bytes. */
  readonly edgeKey: Uint8Array;
  /** From `openStore` to the first answer, for the status page. */
  readonly startupMs: number;
  /** False while the engine is being restarted or the server does not answer. */
  isReady(): boolean;
  /** ClickHouse's error name while it answers and takes no rows (`NOT_ENOUGH_SPACE`); '' where it takes them. */
  refusesRows(): string;
  /** Rows of a SELECT; 64-bit integers arrive as numbers. `name` shows up in `system.query_log` and in self-metrics. */
  query<Row>(query: Sql, options: QueryOptions): Promise<Row[]>;
  /** The same in columns, for large answers: one array per selected name. */
  queryColumns(query: Sql, options: QueryOptions): Promise<Record<string, unknown[]>>;
  /** The same undecoded in Native format, where printing and parsing JSON would cost more than the query itself. */
  queryNative(query: Sql, options: QueryOptions): Promise<Uint8Array>;
  /** A statement without rows (INSERT … SELECT, ALTER). */
  command(query: Sql, options: QueryOptions): Promise<void>;
  /** One block in Native format; a repeated token is dropped by the server. */
  insertNative(table: string, columns: readonly string[], block: Uint8Array, token: string): Promise<void>;
  close(): Promise<void>;
}

/** `name` stands for the statement in metrics, traces and errors. Beyond `timeoutMs` it is given up. */
export interface QueryOptions {
  readonly name: string;
  readonly timeoutMs?: number;
}
