import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { storeConfig, type StoreConfig } from '@orrery/collectors/store/config';
import { startEngine, type Engine } from '@orrery/collectors/store/engine/engine';

/** A place where the contract is held: opening its `config` twice gives the same data. */
export interface Target {
  readonly config: StoreConfig;
  /** Several processes may have it open at once. */
  readonly shared: boolean;
  end(): Promise<void>;
}

export const silent = pino({ level: 'silent' });

/** A new directory; `remove` takes what is in it, too. */
export function temporaryDir(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'orrery-contract-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** An engine with a gigabyte of memory that does not wait for the disk. */
export function engineIn(dataDir: string, database = 'orrery'): Promise<Engine> {
  return startEngine({ dataDir, database, memoryBytes: 1024 ** 3, durable: false, startTimeoutMs: 30_000 }, silent);
}

/** URL of an engine with its credentials, as CLICKHOUSE_URL would have it. */
export function urlOf(engine: Engine, user: 'app' | 'reader'): string {
  const { name, password } = engine[user];
  return engine.url.replace('//', `//${name}:${password}@`) + engine.pathname;
}

function embedded(): Promise<Target> {
  const dir = temporaryDir();
  const config = storeConfig.parse({ dataDir: dir.path, engine: { memoryMb: 1024 } });
  return Promise.resolve({ config, shared: false, end: async () => dir.remove() });
}

/** Another process's engine that is known by its URLs alone: the real HTTP interface of a server. */
async function remote(): Promise<Target> {
  const dir = temporaryDir();
  const engine = await engineIn(dir.path);
  const config = storeConfig.parse({ url: urlOf(engine, 'app'), readerUrl: urlOf(engine, 'reader') });
  return {
    config, shared: true,
    end: async () => {
      await engine.stop();
      dir.remove();
    },
  };
}

/** A server that the environment gives; the run leaves a database `orrery_contract_…` behind, to be dropped by its owner. */
function given(url: string): Promise<Target> {
  const config = storeConfig.parse({ url, database: `orrery_contract_${randomBytes(4).toString('hex')}` });
  return Promise.resolve({ config, shared: true, end: async () => undefined });
}

const givenUrl = process.env['TEST_CLICKHOUSE_URL'];

export const targets: readonly (readonly [string, () => Promise<Target>])[] = [
  ['embedded', embedded],
  ['remote', remote],
  ...(givenUrl === undefined ? [] : [['TEST_CLICKHOUSE_URL', () => given(givenUrl)] as const]),
];
