/** Keys that hold a process's environment, in pod templates, ProxyConfig and WasmPlugin. */
const environment: ReadonlySet<string> = new Set(['env', 'envFrom', 'environmentVariables']);
/** Copies of the whole object, environment included. */
const copies: ReadonlySet<string> = new Set(['kubectl.kubernetes.io/last-applied-configuration']);

/**
 * A configuration object as it may leave the machine: no Secret (null), no environment of any process, at whatever depth.
 * Everything else is as it was.
 */
export function portableObject(object: unknown): unknown {
  if (typeof object === 'object' && object !== null && (object as { kind?: unknown }).kind === 'Secret') return null;
  return without(object);
}

function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(without);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !environment.has(key) && !copies.has(key)).map(([key, inner]) => [key, without(inner)]));
}
