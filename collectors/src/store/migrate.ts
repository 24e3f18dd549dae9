import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import { splitStatements } from './split-statements.ts';
import { StoreError } from './store-error.ts';

/** A numbered SQL file. */
export interface Migration {
  readonly version: number;
  /** File name, e.g. `0001_waist.sql`. */
  readonly name: string;
  readonly text: string;
  /** SHA-256 of the file as it is, placeholders included, in hex. */
  readonly checksum: string;
}

/** A row of `schema_migrations`. */
export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

/** Values of the placeholders. */
export interface MigrationVariables {
  /** Cluster name: then `{{engine}}` is `Replicated` and `{{on_cluster}}` is `ON CLUSTER '…'`. */
  readonly cluster: string | undefined;
  readonly ttlDays: number;
}

/** What migrating needs of a store. `run` takes whole statements: they come from files of this program alone. */
export interface MigrationTarget {
  run(statement: string, name: string): Promise<void>;
  applied(): Promise<AppliedMigration[]>;
  record(migration: AppliedMigration): Promise<void>;
}

/** The stored schema and this program do not fit; the message says which of them to change. */
export class SchemaMismatch extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SchemaMismatch';
  }
}

/**
 * Brings the schema up to date, forward only:
 *  1. ask for the applied migrations (the whole work where all are there);
 *  2. refuse if one of them is unknown here or has another checksum;
 *  3. run the statements of the rest in order, and record each file after its last statement.
 * Every statement is idempotent (`IF NOT EXISTS`), so two processes that start at once, or one that died half-way
 * through, come to the same schema; recording twice leaves one row.
 * @returns names of the files applied now.
 * @throws SchemaMismatch, StoreError
 */
export async function migrate(target: MigrationTarget, migrations: readonly Migration[], variables: MigrationVariables, logger: Logger): Promise<string[]> {
  const onCluster = variables.cluster === undefined ? '' : `ON CLUSTER '${variables.cluster}'`;
  const engine = variables.cluster === undefined ? '' : 'Replicated';
  const applied = await appliedOrNone(target, async () => {
    await target.run(`CREATE TABLE IF NOT EXISTS schema_migrations ${onCluster} (version UInt32, name String, checksum String, applied_at DateTime('UTC') DEFAULT now()) ENGINE = ${engine}ReplacingMergeTree ORDER BY version`, 'create schema_migrations');
  });
  const pending = pendingMigrations(migrations, applied);
  for (const migration of pending) {
    const text = migration.text.replaceAll('{{engine}}', engine).replaceAll('{{on_cluster}}', onCluster).replaceAll('{{ttl_days}}', String(variables.ttlDays));
    for (const statement of splitStatements(text)) await target.run(statement, `migration ${migration.name}`);
    await target.record(migration);
    logger.info({ migration: migration.name }, 'schema migration applied');
  }
  return pending.map((migration) => migration.name);
}

async function appliedOrNone(target: MigrationTarget, create: () => Promise<void>): Promise<AppliedMigration[]> {
  try {
    return await target.applied();
  } catch (error) {
    if (!(error instanceof StoreError && error.type === 'UNKNOWN_TABLE')) throw error;
    await create();
    return await target.applied();
  }
}

/**
 * Which migrations are still to run.
 * @throws SchemaMismatch when the store has what this program does not know, or knows otherwise.
 */
export function pendingMigrations(migrations: readonly Migration[], applied: readonly AppliedMigration[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.version, migration]));
  const newest = migrations.at(-1);
  for (const row of applied) {
    const migration = known.get(row.version);
    if (!migration) {
      throw new SchemaMismatch(row.version > (newest?.version ?? 0)
        ? `the store was migrated by a newer Orrery (${row.name}; this one knows up to ${newest?.name ?? 'none'}): run that version or a later one`
        : `the store has a migration that this Orrery does not know: ${row.name}`);
    }
    if (migration.checksum !== row.checksum || migration.name !== row.name) {
      throw new SchemaMismatch(`migration ${migration.name} differs from the one applied to the store (${row.name}, sha256 ${row.checksum.slice(0, 12)}…, here ${migration.checksum.slice(0, 12)}…): migrations are never edited after a release; restore the file, or add a new one`);
    }
  }
  const done = new Set(applied.map((row) => row.version));
  return migrations.filter((migration) => !done.has(migration.version));
}

/**
 * Reads `NNNN_name.sql` files in order.
 * @throws SchemaMismatch on another file name, a number given twice, or a gap.
 */
export function readMigrations(dir: string): Migration[] {
  return readdirSync(dir).filter((name) => name.endsWith('.sql')).sort().map((name, i) => {
    const version = Number(/^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1]);
    if (version !== i + 1) throw new SchemaMismatch(`migrations are numbered 0001, 0002, … without gaps: ${name} stands at place ${i + 1}`);
    const text = readFileSync(join(dir, name), 'utf8');
    return { version, name, text, checksum: createHash('sha256').update(text).digest('hex') };
  });
}

/** The `migrations` folder of this installation: the nearest one above this file, run from source or from `dist` alike. */
export function migrationsDir(from: string = import.meta.dirname): string {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'migrations', '0001_waist.sql'))) return join(dir, 'migrations');
    if (dir === dirname(dir)) throw new SchemaMismatch(`no migrations folder above ${from}`);
  }
}
