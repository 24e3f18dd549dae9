import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Package of the engine's library by `<platform>-<arch>`, and the file in it. */
const packages: Readonly<Record<string, string>> = {
  'linux-x64': '@chdb/lib-linux-x64-gnu',
  'linux-arm64': '@chdb/lib-linux-arm64-gnu',
  'darwin-x64': '@chdb/lib-darwin-x64',
  'darwin-arm64': '@chdb/lib-darwin-arm64',
};

/** The embedded engine cannot run here; the message says what to do instead. */
export class EngineUnsupported extends Error {
  constructor(reason: string) {
    super(`the embedded ClickHouse engine cannot run here: ${reason}; name a ClickHouse server with CLICKHOUSE_URL (or store.url) instead`);
    this.name = 'EngineUnsupported';
  }
}

/** What decides whether the engine runs on this machine. */
export interface Platform {
  readonly platform: string;
  readonly arch: string;
  /** False on a Linux without glibc (musl). */
  readonly glibc: boolean;
}

/** The machine that this process runs on. */
export function thisPlatform(): Platform {
  const header = (process.report.getReport() as { header?: { glibcVersionRuntime?: string } }).header;
  return { platform: process.platform, arch: process.arch, glibc: header?.glibcVersionRuntime !== undefined };
}

/**
 * Path of `libchdb.so` for a platform.
 * @throws EngineUnsupported on platforms that the engine is not made for, or when its package is not installed.
 */
export function engineLibrary(on: Platform, resolve: (id: string) => string = createRequire(import.meta.url).resolve): string {
  const name = packages[`${on.platform}-${on.arch}`];
  if (name === undefined) throw new EngineUnsupported(`there is no engine for ${on.platform} ${on.arch}`);
  if (on.platform === 'linux' && !on.glibc) throw new EngineUnsupported('it needs glibc, and this Linux has another C library (Alpine?)');
  try {
    return join(resolve(`${name}/package.json`), '..', 'libchdb.so');
  } catch {
    throw new EngineUnsupported(`the package ${name} is not installed (was npm run with --omit=optional?)`);
  }
}
