import { suggestion } from './config-problems.ts';

interface Variable {
  readonly path: readonly string[];
  readonly kind: 'text' | 'number' | 'boolean';
}

/** Environment variables that override the file. */
export const environmentVariables: Readonly<Record<string, Variable>> = {
  ORRERY_TENANT: { path: ['tenant'], kind: 'text' },
  ORRERY_HOST: { path: ['server', 'host'], kind: 'text' },
  ORRERY_PORT: { path: ['server', 'port'], kind: 'number' },
  ORRERY_ALLOW_INSECURE_BIND: { path: ['server', 'allowInsecureBind'], kind: 'boolean' },
  ORRERY_DATA_DIR: { path: ['store', 'dataDir'], kind: 'text' },
  CLICKHOUSE_URL: { path: ['store', 'url'], kind: 'text' },
  ORRERY_OTLP_GRPC_PORT: { path: ['otlp', 'grpcPort'], kind: 'number' },
  ORRERY_OTLP_HTTP_PORT: { path: ['otlp', 'httpPort'], kind: 'number' },
  ORRERY_LOG_LEVEL: { path: ['self', 'logLevel'], kind: 'text' },
  ORRERY_DEMO: { path: ['console', 'demo'], kind: 'boolean' },
};

/** Set by Kubernetes in every pod of a namespace that has a Service named `orrery`: not meant for us. */
const fromKubernetes = /^ORRERY_(SERVICE_|PORT_)/;

/** Lays the environment over a parsed file. Neither input is changed. */
export function applyEnvironment(content: unknown, env: Readonly<Record<string, string | undefined>>): { readonly value: unknown; readonly problems: readonly string[] } {
  const problems: string[] = [];
  let value = content;
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined || text === '') continue;
    const variable = environmentVariables[name];
    if (!variable) {
      if (name.startsWith('ORRERY_') && name !== 'ORRERY_CONFIG' && !fromKubernetes.test(name)) problems.push(`${name}: unknown environment variable${suggestion(name, Object.keys(environmentVariables))}`);
      continue;
    }
    if (name === 'ORRERY_PORT' && text.startsWith('tcp://')) continue;
    const parsed = parse(text, variable.kind);
    if (parsed === null) problems.push(`${name}: ${variable.kind === 'number' ? 'a number' : 'true or false'} is expected for ${variable.path.join('.')}`);
    else value = put(value, variable.path, parsed);
  }
  return { value, problems };
}

function parse(text: string, kind: Variable['kind']): string | number | boolean | null {
  if (kind === 'text') return text;
  if (kind === 'number') return /^\d+$/.test(text) ? Number(text) : null;
  return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : null;
}

/** A copy of `target` with `value` at `path`; what is not a mapping stays for the schema to refuse. */
function put(target: unknown, path: readonly string[], value: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  if (target !== undefined && target !== null && (typeof target !== 'object' || Array.isArray(target))) return target;
  const record = (target ?? {}) as Record<string, unknown>;
  return { ...record, [head]: put(record[head], rest, value) };
}
