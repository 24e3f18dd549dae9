import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeServer } from './kube-server.ts';
import { freePort } from './orrery-process.ts';

/** A real Kiali on loopback. */
export interface KialiServer {
  /** With its web root. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface KialiOptions {
  readonly cluster: string;
  readonly kube: KubeServer;
  readonly prometheusUrl: string;
  /** How its users sign in: not at all, or with a token of the cluster. */
  readonly strategy: 'anonymous' | 'token';
}

/** Why no Kiali can run here; `''` where one can. */
export function kialiMissing(): string {
  const parts = process.env['REAL_PARTS'];
  if (parts === undefined) return '$REAL_PARTS is not set';
  return existsSync(join(parts, 'kiali')) ? '' : 'no kiali in $REAL_PARTS';
}

/** Starts it as the administrator of the cluster. @throws Error where it is not ready within 30 s */
export async function startKiali({ cluster, kube, prometheusUrl, strategy }: KialiOptions): Promise<KialiServer> {
  const dir = mkdtempSync(join(tmpdir(), 'orrery-kiali-')), port = await freePort();
  const kubeconfig = join(dir, 'kubeconfig'), config = join(dir, 'config.yaml'), log = join(dir, 'kiali.log');
  // JSON is YAML too.
  writeFileSync(kubeconfig, JSON.stringify({
    apiVersion: 'v1', kind: 'Config', 'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server: `https://127.0.0.1:${kube.port}`, 'certificate-authority': kube.caFile } }],
    users: [{ name: 'admin', user: { token: kube.tokens.admin } }], contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
  }));
  writeFileSync(config, JSON.stringify({
    auth: { strategy },
    // Kiali refuses a key of another length.
    login_token: { signing_key: '0123456789abcdef' },
    deployment: { remote_secret_path: kubeconfig, cluster_wide_access: true, accessible_namespaces: ['**'] },
    kubernetes_config: { cluster_name: cluster },
    external_services: {
      prometheus: { url: prometheusUrl }, grafana: { enabled: false }, tracing: { enabled: false }, custom_dashboards: { enabled: false },
      istio: { istio_api_enabled: false, component_status: { enabled: false } },
    },
    server: { address: '127.0.0.1', port, web_root: '/kiali', audit_log: false, static_content_root_directory: join(dir, 'console'), observability: { metrics: { enabled: false } } },
  }));
  // It wants the pages of its console to be there.
  mkdirSync(join(dir, 'console'));
  writeFileSync(join(dir, 'console', 'index.html'), '');
  const output = openSync(log, 'a');
  const child = spawn(join(process.env['REAL_PARTS'] ?? '', 'kiali'), ['-config', config], { cwd: dir, stdio: ['ignore', output, output] });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(dir, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}/kiali`;
  for (let attempt = 0; attempt < 300 && child.exitCode === null; attempt++) {
    if (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(1_000) }).then(({ ok }) => ok, () => false)) return { url, pid: child.pid ?? 0, stop };
    await sleep(100);
  }
  const said = readFileSync(log, 'utf8').slice(-1_000);
  await stop();
  throw new Error(`Kiali is not ready: ${said}`);
}
