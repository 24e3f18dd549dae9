import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './orrery-process.ts';

/** One edge of the generated mesh, with the rates at which its counters grow. */
export interface MeshEdge {
  readonly source: string;
  readonly source_namespace: string;
  readonly destination: string;
  readonly destination_namespace: string;
  readonly destination_service: string;
  readonly protocol: 'http' | 'grpc' | 'tcp';
  readonly mtls: boolean;
  readonly codes?: readonly { readonly code: string; readonly flags: string; readonly grpc?: string; readonly rate: number }[];
  /** Index of the bucket in which the median lies, of Istio's bounds. */
  readonly median_bucket?: number;
  readonly tcp_sent_bytes_per_s?: number;
  readonly tcp_received_bytes_per_s?: number;
  readonly tcp_connections_opened_per_s?: number;
}

/** A running exporter: what the sidecars of a generated Istio mesh report, every rate known. */
export interface MeshExporter {
  readonly address: string;
  readonly edges: readonly MeshEdge[];
  stop(): Promise<void>;
}

export interface MeshSize { readonly namespaces: number; readonly workloads: number; readonly edges: number; readonly seed: number }

const source = resolve(import.meta.dirname, '../../../shared/tools/mesh-exporter');

/** Why the exporter cannot run here; '' where it can. */
export function exporterMissing(): string {
  if (process.env['REAL_PARTS'] !== undefined && existsSync(join(process.env['REAL_PARTS'], 'mesh-exporter'))) return '';
  if (!existsSync(join(source, 'main.go'))) return 'neither `mesh-exporter` in $REAL_PARTS nor its source is there';
  return spawnSync('go', ['version']).status === 0 ? '' : 'no `mesh-exporter` in $REAL_PARTS, and no Go to build it with';
}

/**
 * Starts the exporter on a free port of loopback, building it first where it is not given.
 * @throws Error where it cannot be built or does not answer within 10 s.
 */
export async function startMeshExporter(size: MeshSize): Promise<MeshExporter> {
  const dir = mkdtempSync(join(tmpdir(), 'orrery-mesh-'));
  const port = await freePort();
  const address = `127.0.0.1:${port}`, expected = join(dir, 'expected.json');
  const flags = Object.entries({ ...size, listen: address, expected }).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(program(dir), flags, { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(dir, { recursive: true, force: true });
  };
  for (let attempt = 0; ; attempt++) {
    try {
      await fetch(`http://${address}/metrics?families=none`, { signal: AbortSignal.timeout(1_000) });
      break;
    } catch (cause) {
      if (attempt < 100) await sleep(100);
      else {
        await stop();
        throw new Error('the mesh exporter does not answer', { cause });
      }
    }
  }
  return { address, edges: (JSON.parse(readFileSync(expected, 'utf8')) as { edges: MeshEdge[] }).edges, stop };
}

function program(dir: string): string {
  const given = join(process.env['REAL_PARTS'] ?? '/nowhere', 'mesh-exporter');
  if (existsSync(given)) return given;
  const built = join(dir, 'mesh-exporter');
  const { status, stderr } = spawnSync('go', ['build', '-o', built, 'main.go'], { cwd: source, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' } });
  if (status !== 0) throw new Error(`the mesh exporter does not build: ${stderr.toString()}`);
  return built;
}
