import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where an Envoy is: in `$REAL_PARTS`, else on the path; null where there is none. */
export function envoyProgram(): string | null {
  for (const dir of [process.env['REAL_PARTS'] ?? '', ...(process.env['PATH'] ?? '').split(delimiter)]) {
    if (dir === '') continue;
    try {
      accessSync(join(dir, 'envoy'), constants.X_OK);
      return join(dir, 'envoy');
    } catch {
      continue;
    }
  }
  return null;
}

/** Clusters of a bootstrap by name: an address that requests go to, from `source`; none where nobody is there. */
export type Clusters = Readonly<Record<string, { readonly address: string; readonly port: number; readonly source?: string; readonly http2?: boolean } | null>>;

/** A listener that forwards by the host of a request, or its connections whole. */
export interface EnvoyListener {
  readonly address: string;
  readonly port: number;
  readonly direction: 'INBOUND' | 'OUTBOUND';
  /** Domains → cluster. Requests of other domains are answered 404 (NR). */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly tcpCluster?: string;
}

/** A bootstrap of a sidecar as Istio would give it, with access logs sent to `collector`. */
export function sidecarBootstrap(node: object, admin: { readonly address: string; readonly port: number }, collector: { readonly address: string; readonly port: number }, clusters: Clusters, listeners: readonly EnvoyListener[]): object {
  const at = ({ address, port }: { readonly address: string; readonly port: number }): object => ({ socket_address: { address, port_value: port } });
  const type = (name: string, config: object): object => ({ '@type': `type.googleapis.com/${name}`, ...config });
  const logger = (protocol: 'http' | 'tcp'): object => ({
    name: `envoy.access_loggers.${protocol}_grpc`,
    typed_config: type(`envoy.extensions.access_loggers.grpc.v3.${protocol === 'http' ? 'Http' : 'Tcp'}GrpcAccessLogConfig`, {
      common_config: { log_name: `${protocol}_envoy_accesslog`, transport_api_version: 'V3', grpc_service: { envoy_grpc: { cluster_name: 'collector' } }, buffer_flush_interval: '0.1s' },
    }),
  });
  const http2 = { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': type('envoy.extensions.upstreams.http.v3.HttpProtocolOptions', { explicit_http_config: { http2_protocol_options: {} } }) };
  return {
    node, admin: { address: at(admin) },
    static_resources: {
      clusters: Object.entries<Clusters[string]>({ ...clusters, collector: { ...collector, http2: true } }).map(([name, target]) => ({
        name, type: 'STATIC', connect_timeout: '1s',
        load_assignment: { cluster_name: name, endpoints: target === null ? [] : [{ lb_endpoints: [{ endpoint: { address: at(target) } }] }] },
        ...(target?.source === undefined ? {} : { upstream_bind_config: { source_address: { address: target.source, port_value: 0 } } }),
        ...(target?.http2 === true ? { typed_extension_protocol_options: http2 } : {}),
      })),
      listeners: listeners.map(({ direction, hosts, tcpCluster, ...address }) => ({
        name: `${direction}_${address.port}`, traffic_direction: direction, address: at(address),
        filter_chains: [{ filters: [hosts === undefined ? {
          name: 'envoy.filters.network.tcp_proxy',
          typed_config: type('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', { stat_prefix: 'tcp', cluster: tcpCluster, access_log: [logger('tcp')] }),
        } : {
          name: 'envoy.filters.network.http_connection_manager',
          typed_config: type('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
            stat_prefix: 'http', use_remote_address: false, access_log: [logger('http')],
            route_config: { virtual_hosts: Object.entries(hosts).map(([domain, cluster]) => ({ name: domain, domains: [domain], routes: [{ match: { prefix: '/' }, route: { cluster } }] })) },
            http_filters: [{ name: 'envoy.filters.http.router', typed_config: type('envoy.extensions.filters.http.router.v3.Router', {}) }],
          }),
        }] }],
      })),
    },
  };
}

/**
 * Starts an Envoy and waits until it is ready.
 * @param adminUrl of the bootstrap
 * @throws Error where it does not answer within 20 s.
 */
export async function startEnvoy(program: string, bootstrap: object, adminUrl: string): Promise<{ stop(): Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'orrery-envoy-')), config = join(dir, 'bootstrap.json');
  writeFileSync(config, JSON.stringify(bootstrap));
  const child = spawn(program, ['-c', config, '--concurrency', '1', '--use-dynamic-base-id', '--log-level', 'error'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => { said = `${said}${text.toString()}`.slice(-4_000); });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await once(child, 'exit');
      clearTimeout(late);
    }
    rmSync(dir, { recursive: true, force: true });
  };
  for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt++) {
    const ready = await fetch(`${adminUrl}/ready`, { signal: AbortSignal.timeout(1_000) }).then(({ ok }) => ok, () => false);
    if (ready) return { stop };
    await sleep(100);
  }
  await stop();
  throw new Error(`Envoy is not ready: ${said}`);
}
