import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSink } from '@orrery/collectors/pipeline/block-sink';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import { storeConfig } from '@orrery/collectors/store/config';
import { openStore } from '@orrery/collectors/store/open-store';
import { createScrapeMemory } from '@orrery/collectors/store/scrape-memory';
import { sql } from '@orrery/collectors/store/sql';
import * as samples from './samples.ts';
import { engineIn, silent, temporaryDir } from './targets.ts';

/** What only the engine that Orrery runs itself has: supervision, its lock, its closed doors. */
describe('the embedded engine', () => {
  let dir: ReturnType<typeof temporaryDir>;
  beforeEach(() => {
    dir = temporaryDir();
  });
  afterEach(() => dir.remove());

  const config = (): ReturnType<typeof storeConfig.parse> => storeConfig.parse({ dataDir: dir.path, engine: { memoryMb: 1024 } });
  const enginePid = (): number => (JSON.parse(readFileSync(join(dir.path, 'lock'), 'utf8')) as { engine: number }).engine;
  /** A zombie that nobody has waited for yet is dead. */
  const isAlive = (pid: number): boolean => /^[^Z]/.test(spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim());
  const ended = async (pid: number): Promise<boolean> => {
    for (let i = 0; i < 400 && isAlive(pid); i++) await sleep(50);
    return !isAlive(pid);
  };

  it('keeps every acknowledged row when it is killed in the middle of inserts, and the client goes on', async () => {
    const store = await openStore(config(), silent);
    const writer = createBlockWriter(store);
    const template = fc.sample(samples.span, { numRuns: 50, seed: 5 });
    const acked: string[] = [];
    let failures = 0;
    let last = false;
    const inserting = (async () => {
      for (let block = 0; !last || acked.length < 20; block++) {
        const traceId = block.toString(16).padStart(32, '0');
        const rows = template.map((row, i) => ({ ...row, tenant: 'kill', traceId, spanId: i.toString(16).padStart(16, '0') }));
        for (;;) {
          try {
            await writer.spans(rows, `block ${block}`);
            acked.push(traceId);
            break;
          } catch (error) {
            expect(error).toMatchObject({ name: 'StoreError', permanent: false });
            failures++;
            await sleep(20);
          }
        }
      }
    })();
    const killed = new Set<number>();
    for (let kill = 0; kill < 3; kill++) {
      const before = acked.length;
      while (acked.length < before + 10) await sleep(5);
      const pid = enginePid();
      process.kill(pid, 'SIGKILL');
      killed.add(pid);
      await ended(pid);
    }
    last = true;
    await inserting;
    expect(killed.size).toBe(3);
    expect(failures).toBeGreaterThan(0);
    const stored = await store.query<{ trace: string; n: number }>(sql`SELECT lower(hex(trace_id)) AS trace, count() AS n FROM spans FINAL WHERE tenant = 'kill' GROUP BY trace`, { name: 'stored' });
    const counts = new Map(stored.map((row) => [row.trace, row.n]));
    expect(acked.filter((trace) => counts.get(trace) !== template.length)).toEqual([]);
    // The store answers before its supervisor has looked.
    await expect.poll(() => store.isReady(), { timeout: 60_000 }).toBe(true);
    await store.close();
  });

  it('is bridged by the sink: every caller is acknowledged, each row is there once', async () => {
    const store = await openStore(config(), silent);
    const sink = createSink(createBlockWriter(store), createScrapeMemory(store));
    const template = fc.sample(samples.flow, { numRuns: 1, seed: 6 })[0];
    if (!template) throw new Error('no sample');
    const callers = Array.from({ length: 40 }, async (_, caller) => {
      for (let i = 0; i < 10; i++) await sink.flows([{ ...template, tenant: 'sink', id: `${caller}/${i}` }]);
    });
    await sleep(150);
    process.kill(enginePid(), 'SIGKILL');
    await Promise.all(callers);
    await sink.stop();
    expect(await store.query(sql`SELECT count() AS n, uniqExact(id) AS ids FROM flows FINAL WHERE tenant = 'sink'`, { name: 'stored' })).toEqual([{ n: 400, ids: 400 }]);
    expect(sink.stats().flows).toMatchObject({ queuedRows: 0, queuedBytes: 0, writtenRows: 400, failedRows: 0 });
    await store.close();
  });

  it('answers a query that was asked while it was down', async () => {
    const store = await openStore(config(), silent);
    process.kill(enginePid(), 'SIGKILL');
    expect(await store.query(sql`SELECT 1 AS one`, { name: 'patient' })).toEqual([{ one: 1 }]);
    await store.close();
  });

  it('refuses a second owner by name, and takes the directory again once the first is gone', async () => {
    const first = await openStore(config(), silent);
    await expect(openStore(config(), silent)).rejects.toThrow(new RegExp(`${dir.path} is in use by process ${process.pid} .*kill ${process.pid}.*ORRERY_DATA_DIR`));
    await first.close();
    const second = await openStore(config(), silent);
    await second.close();
  });

  it('is not held up by a lock file that a dead process left, even where its pid lives again', async () => {
    writeFileSync(join(dir.path, 'lock'), JSON.stringify({ pid: process.ppid, since: 'long ago', engine: process.ppid }));
    const store = await openStore(config(), silent);
    await store.close();
  });

  it('ends when its owner is killed, and lets the next owner in', async () => {
    const script = `
      const { startEngine } = await import('@orrery/collectors/store/engine/engine');
      const { default: pino } = await import('pino');
      await startEngine({ dataDir: ${JSON.stringify(dir.path)}, database: 'orrery', memoryBytes: 1024 ** 3, durable: false, startTimeoutMs: 30000 }, pino({ level: 'silent' }));
      process.stdout.write('ready');
      setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--conditions=development', '--input-type=module', '-e', script], { cwd: join(import.meta.dirname, '..'), stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((ready) => owner.stdout.once('data', ready));
    const orphan = enginePid();
    owner.kill('SIGKILL');
    await new Promise((exit) => owner.once('exit', exit));
    const store = await openStore(config(), silent);
    expect(isAlive(orphan)).toBe(false);
    await store.close();
  });

  it('stops cleanly: no process, no lock, data kept', async () => {
    const store = await openStore(config(), silent);
    await store.command(sql`INSERT INTO latency_layouts (layout_id, bounds_ms) SELECT 1, [1.5]`, { name: 'insert' });
    const pid = enginePid();
    await store.close();
    expect(await ended(pid)).toBe(true);
    expect(readFileSync(join(dir.path, 'lock'), 'utf8')).toBe('');
    const again = await openStore(config(), silent);
    expect(await again.query(sql`SELECT bounds_ms FROM latency_layouts`, { name: 'kept' })).toEqual([{ bounds_ms: [1.5] }]);
    await again.close();
  });

  it('has a powerless default user, answers on its secret path alone, and keeps secrets off the command line', async () => {
    const engine = await engineIn(dir.path);
    const ask = async (path: string, user: string, password: string, query: string): Promise<{ status: number; text: string }> => {
      const answer = await fetch(`${engine.url}${path}`, { method: 'POST', body: query, headers: { connection: 'close', authorization: `Basic ${btoa(`${user}:${password}`)}` } });
      return { status: answer.status, text: await answer.text() };
    };
    for (const path of ['/', '/?user=default', '/play', '/ping', `${engine.pathname}x/`]) {
      expect((await ask(path, 'default', '', 'SELECT 1')).status, path).toBe(404);
    }
    expect(await ask(`${engine.pathname}/`, engine.app.name, engine.app.password, 'SELECT currentUser()')).toEqual({ status: 200, text: 'app\n' });
    expect((await ask(`${engine.pathname}/`, engine.app.name, 'wrong', 'SELECT 1')).status).not.toBe(200);
    for (const query of ['SELECT count() FROM orrery.edges', 'CREATE DATABASE mine', 'SELECT * FROM url(\'http://127.0.0.1:1/\', \'LineAsString\')', 'SYSTEM SHUTDOWN', 'SELECT * FROM system.users']) {
      expect((await ask(`${engine.pathname}/`, 'default', '', query)).status, query).not.toBe(200);
    }
    const pid = engine.pid() ?? 0;
    const visible = [existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8') : '', readFileSync(join(dir.path, 'engine/users.xml'), 'utf8')].join();
    for (const secret of [engine.app.password, engine.reader.password]) expect(visible).not.toContain(secret);
    await engine.stop();
  });
});
