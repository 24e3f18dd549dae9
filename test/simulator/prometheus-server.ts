import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './orrery-process.ts';

/** A real Prometheus as a child process. */
export interface PrometheusServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Where a Prometheus is: in `$REAL_PARTS`, else on the path; null where there is none. */
export function prometheusProgram(): string | null {
  for (const dir of [process.env['REAL_PARTS'] ?? '', ...(process.env['PATH'] ?? '').split(delimiter)]) {
    if (dir === '') continue;
    try {
      accessSync(join(dir, 'prometheus'), constants.X_OK);
      return join(dir, 'prometheus');
    } catch {
      continue;
    }
  }
  return null;
}

/**
 * Starts it with one scrape job for each target.
 * @param targets URLs of metrics pages
 * @throws Error where it does not answer within a minute.
 */
export async function startPrometheus(program: string, targets: readonly string[], intervalSeconds: number): Promise<PrometheusServer> {
  const dir = mkdtempSync(join(tmpdir(), 'orrery-prometheus-'));
  const port = await freePort(), url = `http://127.0.0.1:${port}`, config = join(dir, 'prometheus.yml');
  // JSON is YAML too.
  writeFileSync(config, JSON.stringify({
    global: { scrape_interval: `${intervalSeconds}s`, scrape_timeout: `${intervalSeconds}s` },
    scrape_configs: targets.map((target, i) => {
      const { host, pathname } = new URL(target);
      return { job_name: `mesh-${i}`, metrics_path: pathname, static_configs: [{ targets: [host] }] };
    }),
  }));
  const child = spawn(program, [`--config.file=${config}`, `--storage.tsdb.path=${join(dir, 'data')}`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error'], { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(dir, { recursive: true, force: true });
  };
  for (let attempt = 0; attempt < 600; attempt++) {
    const ready = await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(1_000) }).then(({ ok }) => ok, () => false);
    if (ready) return { url, stop };
    await sleep(100);
  }
  await stop();
  throw new Error('Prometheus does not answer');
}
