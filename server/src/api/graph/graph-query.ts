import { ApiError } from '../errors.ts';
import type { GraphInput } from './graph-request.ts';

const flags = ['idle', 'idleNodes', 'idleEdges', 'injectServices', 'operations'] as const;
const texts = ['type', 'node', 'http', 'grpc', 'tcp', 'ambient', 'waypoints'] as const;
const known: ReadonlySet<string> = new Set(['from', 'to', 'namespaces', 'depth', 'appenders', ...flags, ...texts]);

/** `GraphInput` out of a query string; unknown and repeated parameters are refused, so that a typing error is seen. */
export function graphInputFromQuery(query: Readonly<Record<string, unknown>>): GraphInput {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(query)) {
    if (!known.has(name)) throw new ApiError('BAD_INPUT', `the parameters are ${[...known].join(', ')}`);
    if (typeof value !== 'string') throw new ApiError('BAD_INPUT', `${name} is given more than once`);
    values.set(name, value);
  }
  return {
    window: { from: number(values.get('from')), to: number(values.get('to')) },
    namespaces: list(values.get('namespaces')),
    appenders: list(values.get('appenders')),
    depth: number(values.get('depth')),
    ...Object.fromEntries(texts.map((name) => [name, values.get(name) ?? null])),
    ...Object.fromEntries(flags.map((name) => [name, flag(name, values.get(name))])),
  };
}

function list(text: string | undefined): string[] {
  return text?.split(',').filter((name) => name !== '') ?? [];
}

function flag(name: string, text: string | undefined): boolean | null {
  if (text === undefined) return null;
  if (text !== 'true' && text !== 'false') throw new ApiError('BAD_INPUT', `${name} is true or false`);
  return text === 'true';
}

/** NaN stays NaN: the checks of windows and depth name it. */
function number(text: string | undefined): number | null {
  return text === undefined || text === '' ? null : Number(text);
}
