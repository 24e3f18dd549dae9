import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect, it, vi } from 'vitest';
import { migrate, migrationsDir, pendingMigrations, readMigrations, type AppliedMigration } from './migrate.ts';
import { StoreError } from './store-error.ts';

const logger = pino({ level: 'silent' });
const files = readMigrations(migrationsDir());
const variables = { cluster: undefined, ttlDays: 7 };

function target(applied: AppliedMigration[] | null) {
  let rows = applied;
  return {
    run: vi.fn(async (statement: string) => {
      if (statement.includes('CREATE TABLE IF NOT EXISTS schema_migrations')) rows = [];
    }),
    applied: vi.fn(async () => {
      if (rows === null) throw new StoreError('applied: UNKNOWN_TABLE', 'UNKNOWN_TABLE', false, undefined);
      return rows;
    }),
    record: vi.fn(async (row: AppliedMigration) => void rows?.push(row)),
  };
}

it('asks once and does nothing where all migrations are applied', async () => {
  const store = target(files.map(({ version, name, checksum }) => ({ version, name, checksum })));
  expect(await migrate(store, files, variables, logger)).toEqual([]);
  expect(store.applied).toHaveBeenCalledOnce();
  expect(store.run).not.toHaveBeenCalled();
});

it('runs what is missing, in order, and records each file after its statements', async () => {
  const store = target(null);
  expect(await migrate(store, files, variables, logger)).toEqual(files.map((file) => file.name));
  const statements = store.run.mock.calls.map(([statement]) => statement);
  expect(statements.join()).not.toContain('{{');
  expect(statements.filter((statement) => !/IF (NOT )?EXISTS|MODIFY TTL/.test(statement))).toEqual([]);
  expect(store.record.mock.calls.map(([row]) => row.version)).toEqual(files.map((file) => file.version));
});

it('makes replicated tables on a cluster', async () => {
  const store = target(null);
  await migrate(store, files, { cluster: 'prod', ttlDays: 7 }, logger);
  const statements = store.run.mock.calls.map(([statement]) => statement);
  for (const statement of statements) {
    expect(statement).toContain("ON CLUSTER 'prod'");
    expect(statement).toMatch(/^(-- .*\s+)*ALTER TABLE|ENGINE = Replicated(Replacing)?MergeTree/);
  }
});

it('stops half-way where a statement fails, and records nothing of that file', async () => {
  const store = target(null);
  store.run.mockImplementation(async (statement) => {
    if (statement.includes('TABLE IF NOT EXISTS flows')) throw new Error('disk full');
  });
  store.applied.mockResolvedValue([]);
  await expect(migrate(store, files, variables, logger)).rejects.toThrow('disk full');
  expect(store.record.mock.calls.map(([row]) => row.name)).toEqual(['0001_waist.sql']);
});

it('names an edited migration, an unknown one and a newer one', () => {
  const [first, second] = files;
  if (!first || !second) throw new Error('two migrations are there');
  expect(() => pendingMigrations(files, [{ ...first, checksum: 'f'.repeat(64) }])).toThrow(/0001_waist\.sql differs .*ffffffffffff…/);
  expect(() => pendingMigrations(files, [{ version: 9000, name: '9000_x.sql', checksum: '' }])).toThrow(/newer Orrery \(9000_x\.sql/);
  expect(() => pendingMigrations([first, { ...second, version: 3 }], [{ version: 2, name: '0002_gone.sql', checksum: '' }])).toThrow(/does not know: 0002_gone\.sql/);
});

it('refuses files out of order', () => {
  const dir = mkdtempSync(join(tmpdir(), 'orrery-migrations-'));
  writeFileSync(join(dir, '0001_a.sql'), 'SELECT 1');
  writeFileSync(join(dir, '0003_c.sql'), 'SELECT 3');
  expect(() => readMigrations(dir)).toThrow(/0003_c\.sql stands at place 2/);
  rmSync(dir, { recursive: true });
});
