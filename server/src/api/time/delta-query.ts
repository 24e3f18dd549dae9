import { ApiError } from '../errors.ts';
import type { GraphInput } from '../graph/graph-request.ts';
import type { AroundInput, WindowInput, WindowsInput } from './compared-windows.ts';

const known: ReadonlySet<string> = new Set(['type', 'namespaces', 'beforeFrom', 'beforeTo', 'afterFrom', 'afterTo', 'time', 'eventId', 'length', 'margin']);
const defaultLength = 900;

/** A comparison out of a query string; unknown and repeated parameters are refused, so that a typing error is seen. */
export function deltaQuery(query: Readonly<Record<string, unknown>>): { readonly windows: WindowsInput; readonly input: GraphInput } {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(query)) {
    if (!known.has(name)) throw new ApiError('BAD_INPUT', `the parameters are ${[...known].join(', ')}`);
    if (typeof value !== 'string') throw new ApiError('BAD_INPUT', `${name} is given more than once`);
    values.set(name, value);
  }
  const number = (name: string): number | null => (values.get(name) ? Number(values.get(name)) : null);
  const window = (name: string): WindowInput | null => (values.has(`${name}From`) || values.has(`${name}To`) ? { from: number(`${name}From`), to: number(`${name}To`) } : null);
  const around: AroundInput | null = values.has('time') || values.has('eventId')
    ? { time: number('time'), eventId: values.get('eventId') ?? null, length: number('length') ?? defaultLength, margin: number('margin') ?? 0 } : null;
  return {
    windows: { before: window('before'), after: window('after'), around },
    input: { type: values.get('type') ?? null, namespaces: values.get('namespaces')?.split(',').filter((name) => name !== '') ?? [] },
  };
}
