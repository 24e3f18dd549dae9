import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startOrrery } from '../simulator/orrery-process.ts';
import { temporaryDir } from '../contract/targets.ts';

const main = resolve(import.meta.dirname, '../../server/dist/main.js');
const dir = temporaryDir();
afterAll(() => dir.remove());

interface Ended { readonly code: number | null; readonly out: string; readonly err: string }

/** The built `orrery`, without an environment of its own, until it ends. */
function orrery(...args: string[]): Promise<Ended> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [main, ...args], { cwd: dir.path, env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '', err = '';
    child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString(); });
    child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString(); });
    child.once('close', (code) => done({ code, out, err }));
  });
}

describe.skipIf(!existsSync(main))('the built command (skipped where it is not built: npm run build)', () => {
  it('ends with 2 before it touches anything when the configuration is wrong, and lists every error', async () => {
    const file = join(dir.path, 'bad.yaml');
    writeFileSync(file, [
      'tenant: Big Company',
      'servre: { port: 7070 }',
      'server: { prot: 7070, port: 70700 }',
      'store: { dataDir: never-made, engine: { memoryMB: 100 } }',
      'otlp: { host: 0.0.0.0 }',
      'scrape: { jobs: [{ name: mesh, target: [10.0.0.1:15020] }, { name: other, intervalSeconds: 0.5 }] }',
      'hubble: { relays: [{ address: "http://relay:4245", tls: { certFile: a.pem } }] }',
    ].join('\n'));
    const { code, out, err } = await orrery('serve', '--config', file);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    const lines = err.trimEnd().split('\n');
    expect(lines[0]).toBe(`orrery: the configuration (${file}) is wrong:`);
    expect(lines.slice(1).map((line) => line.trim().split(': ')[0]).sort()).toEqual([
      'hubble.relays[0].address', 'hubble.relays[0].tls', 'otlp.host', 'scrape.jobs[0].target', 'scrape.jobs[1].intervalSeconds',
      'server.port', 'server.prot', 'servre', 'store.engine.memoryMB', 'tenant',
    ]);
    expect(err).toContain('servre: unknown key (did you mean «server»?)');
    expect(err).toContain('server.prot: unknown key (did you mean «port»?)');
    expect(existsSync(join(dir.path, 'never-made'))).toBe(false);
  });

  it('refuses a data directory that another server owns, by the directory and the process, and leaves that one alone', async () => {
    const first = await startOrrery({ dataDir: join(dir.path, 'first') });
    try {
      const config = JSON.parse(readFileSync(join(dir.path, 'first', 'orrery.yaml'), 'utf8')) as { store: { dataDir: string } };
      const file = join(dir.path, 'second.yaml');
      writeFileSync(file, JSON.stringify({ server: { port: 0 }, otlp: { grpcPort: 0, httpPort: 0 }, store: config.store, self: { logLevel: 'silent' } }));
      const { code, out, err } = await orrery('serve', '--config', file);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain(`the data directory ${config.store.dataDir} is in use by process ${first.pid}`);
      expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    } finally {
      await first.stop();
    }
  });
});
