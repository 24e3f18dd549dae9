import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { collectorsConfig } from '@orrery/collectors/config';
import { storeConfig } from '@orrery/collectors/store/config';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { costConfig } from './cost-config.ts';
import { describeIssues } from './config-problems.ts';
import { fileFailure } from './file-failure.ts';
import { findingsConfig } from './validation/findings/config.ts';
import { kubernetesConfig } from './kubernetes/config.ts';
import { webhookConfig } from './webhook/config.ts';
import { applyEnvironment } from './config-environment.ts';

const serverConfig = z.strictObject({
  /** Address of the UI, the API and flows over HTTP. */
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 = chosen freely and printed. */
  port: z.int().min(0).max(65_535).default(7070),
  /** There is no login: listening beyond loopback has to be asked for by name. */
  allowInsecureBind: z.boolean().default(false),
  /** Further names that browsers may use for this server, without port. */
  allowedHosts: z.array(z.string().min(1)).default([]),
  /** Further origins (`https://host[:port]`) whose pages may call the API. */
  allowedOrigins: z.array(z.url()).default([]),
  /** GraphQL introspection; by default on loopback alone. */
  introspection: z.boolean().optional(),
});

const tracesHint = 'true, false or a URL such as http://collector:4317';

const selfConfig = z.strictObject({
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Own spans over OTLP/gRPC: off, `true` = to this Orrery, or a URL such as `http://collector:4317`. */
  traces: z.union([z.boolean(), z.url({ error: tracesHint })], { error: tracesHint }).default(false),
});

const consoleConfig = z.strictObject({
  /** Marks the console as fed by the sample mesh. */
  demo: z.boolean().default(false),
});

/** The whole configuration file. */
export const orreryConfig = z.strictObject({
  /** Every row belongs to a tenant. */
  tenant: z.string().regex(/^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits, «.», «_», «-»; at most 63').default('default'),
  server: serverConfig.prefault({}),
  store: storeConfig.prefault({}),
  ...collectorsConfig.shape,
  kubernetes: kubernetesConfig.prefault({}),
  findings: findingsConfig.prefault({}),
  webhook: webhookConfig.prefault({}),
  self: selfConfig.prefault({}),
  console: consoleConfig.prefault({}),
  cost: costConfig.prefault({}),
});

/** The configuration as it is used: whole, checked, with every default. */
export type OrreryConfig = z.output<typeof orreryConfig>;

/** A frozen configuration, or everything that is wrong with it, one line each. */
export type ConfigResult =
  | { readonly ok: true; readonly config: OrreryConfig; readonly file: string | null }
  | { readonly ok: false; readonly problems: readonly string[]; readonly file: string | null };

/** What is read outside the arguments; given apart so that tests need no real environment. */
export interface ConfigSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Text of a file, null where there is none. @throws Error where there is one that cannot be read */
  readonly readFile: (path: string) => string | null;
}

const defaultFile = 'orrery.yaml';

/**
 * Reads the configuration: the file (`--config`, else `ORRERY_CONFIG`, else `./orrery.yaml` if it is there),
 * then environment variables over it, then defaults under it.
 */
export function loadConfig(file: string | undefined, surroundings: ConfigSurroundings = processSurroundings()): ConfigResult {
  const named = file ?? surroundings.env['ORRERY_CONFIG'];
  const path = resolve(surroundings.cwd, named ?? defaultFile);
  let text: string | null;
  try {
    text = surroundings.readFile(path);
  } catch (error) {
    return { ok: false, problems: [fileFailure(path, error)], file: path };
  }
  if (text === null && named !== undefined) return { ok: false, problems: [`${path}: no such file`], file: path };
  const read = { file: text === null ? null : path };

  const document = parseDocument(text ?? '', { prettyErrors: true });
  if (document.errors.length > 0) return { ok: false, problems: document.errors.map((error) => error.message.split('\n')[0] ?? ''), ...read };
  const content: unknown = document.toJS({ maxAliasCount: 50 }) ?? {};
  const { value, problems } = applyEnvironment(content, surroundings.env);
  const parsed = orreryConfig.safeParse(value);
  const all = [...problems, ...(parsed.success ? bindProblems(parsed.data) : describeIssues(orreryConfig, parsed.error.issues))];
  if (!parsed.success || all.length > 0) return { ok: false, problems: all, ...read };
  return { ok: true, config: freeze(parsed.data), ...read };
}

/** Whether a bind address is reachable from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function bindProblems({ server }: OrreryConfig): readonly string[] {
  if (isLoopback(server.host) || server.allowInsecureBind) return [];
  return [
    `server.host: «${server.host}» can be reached from other machines and Orrery has no login: use 127.0.0.1 behind a proxy that authenticates, or set server.allowInsecureBind: true`,
  ];
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}

function processSurroundings(): ConfigSurroundings {
  return { env: process.env, cwd: process.cwd(), readFile: readFileOrNull };
}

function readFileOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
