import { ApiError } from '../errors.ts';
import type { GraphInput } from './graph-request.ts';

const known: ReadonlySet<string> = new Set(['type', 'from', 'to', 'namespaces', 'idle']);

/** `GraphInput` out of a query string; unknown and repeated parameters are refused, so that a typing error is seen. */
export function graphInputFromQuery(query: Readonly<Record<string, unknown>>): GraphInput {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(query)) {
    if (!known.has(name)) throw new ApiError('BAD_INPUT', `the parameters are ${[...known].join(', ')}`);
    if (typeof value !== 'string') throw new ApiError('BAD_INPUT', `${name} is given more than once`);
    values.set(name, value);
  }
  const idle = values.get('idle') ?? 'false';
  if (idle !== 'true' && idle !== 'false') throw new ApiError('BAD_INPUT', 'idle is true or false');
  return {
    type: values.get('type') ?? null,
    window: { from: seconds(values.get('from')), to: seconds(values.get('to')) },
    namespaces: values.get('namespaces')?.split(',').filter((name) => name !== '') ?? [],
    idle: idle === 'true',
  };
}

/** NaN stays NaN: the window check names it. */
function seconds(text: string | undefined): number | null {
  return text === undefined || text === '' ? null : Number(text);
}
