import type { Logger } from 'pino';
import type { StoreConfig } from './config.ts';
import { startEngine, type Engine } from './engine/engine.ts';
import { createHttpStore, type HttpStore, type HttpStoreOptions } from './http-store.ts';
import { electEdgeKey } from './installation.ts';
import { migrate, migrationsDir, readMigrations, type AppliedMigration, type MigrationTarget } from './migrate.ts';
import { applyRetention } from './retention.ts';
import { identifier, sql, type Sql } from './sql.ts';
import { StoreError } from './store-error.ts';
import type { Store } from './store.ts';

/**
 * Opens the store: starts the embedded engine or connects to `config.url`, migrates, elects the edge key.
 * @throws EngineUnsupported, DataDirInUse, SchemaMismatch, or StoreError when the server does not answer.
 */
export async function openStore(config: StoreConfig, logger: Logger): Promise<Store> {
  const started = performance.now();
  const engine = config.url === undefined ? await startEngine({
    dataDir: config.dataDir, database: config.database,
    memoryBytes: config.engine.memoryMb * 1024 * 1024, durable: config.engine.durable, startTimeoutMs: config.engine.startTimeoutMs,
  }, logger) : null;
  const http = createHttpStore(engine ? embedded(engine, config.database) : remote(config));
  const close = async (): Promise<void> => {
    await http.close();
    await engine?.stop();
  };
  try {
    const applied = await migrate(migrationTarget(http, config), readMigrations(migrationsDir()), { cluster: config.cluster, ttlDays: config.ttlDays }, logger);
    const [edgeKey, retention] = await Promise.all([electEdgeKey(http), applyRetention(http, config.ttlDays, config.cluster)]);
    if (retention.length > 0) logger.info({ tables: retention, ttlDays: config.ttlDays }, 'retention changed');
    const startupMs = Math.round(performance.now() - started);
    const mode = engine ? 'embedded' as const : 'remote' as const;
    logger.info({ mode, startupMs, migrations: applied.length, ...(engine ? { dataDir: config.dataDir, enginePid: engine.pid() } : {}) }, 'store is open');
    return { ...http, mode, edgeKey, startupMs, isReady: () => http.isReady() && (engine?.isReady() ?? true), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function embedded(engine: Engine, database: string): HttpStoreOptions {
  const at = { url: engine.url, pathname: engine.pathname };
  return { writer: { ...at, user: engine.app }, reader: { ...at, user: engine.reader }, database };
}

function remote(config: StoreConfig): HttpStoreOptions {
  return { writer: { url: config.url ?? '' }, reader: config.readerUrl === undefined ? null : { url: config.readerUrl }, database: config.database };
}

function migrationTarget(http: HttpStore, config: StoreConfig): MigrationTarget {
  const applied = (): Promise<AppliedMigration[]> => http.query<AppliedMigration>(sql`SELECT version, name, checksum FROM schema_migrations FINAL ORDER BY version`, { name: 'applied migrations' });
  return {
    applied: async () => {
      try {
        return await applied();
      } catch (error) {
        if (!(error instanceof StoreError && error.type === 'UNKNOWN_DATABASE')) throw error;
        await http.createDatabase(config.cluster);
        return await applied();
      }
    },
    run: (statement, name) => http.command(constant(statement), { name, timeoutMs: 120_000 }),
    record: ({ version, name, checksum }) => http.command(
      sql`INSERT INTO ${identifier('schema_migrations')} (version, name, checksum) SELECT ${version}, ${name}, ${checksum}`, { name: 'record migration' }),
  };
}

/** A statement of a migration file as it is: no values, hence no parameters. */
function constant(text: string): Sql {
  return { text, params: {} };
}
