import type { GraphInput } from '../graphql/operations.ts';
import { defaultOptions, type GraphOptions, type ViewState } from '../lib/view-state.ts';

/** A graph question without its window. */
export type Subject = Omit<GraphInput, 'window'>;

/** What of a view decides which graph is asked for. */
export type Asked = Pick<ViewState, 'type' | 'namespaces' | 'idle' | 'options'>;

/** The question of a view. What is as the server does by itself is left out. */
export function subjectOf({ type, namespaces, idle, options }: Asked): Subject {
  const { node, depth } = options;
  const selectors = Object.fromEntries((['http', 'grpc', 'tcp', 'ambient'] as const).filter((name) => options[name] !== '').map((name) => [name, options[name]]));
  return {
    type, namespaces, idle, ...selectors,
    ...(options.injectServices && type !== 'service' ? { injectServices: true } : {}),
    ...(options.operations ? { operations: true } : {}),
    ...(options.waypoints === defaultOptions.waypoints ? {} : { waypoints: options.waypoints }),
    ...(node === '' ? {} : { node, depth }),
  };
}

/** How many options differ from the default: what the button of the options says. */
export function chosenOptions(options: GraphOptions): number {
  const { node, depth, ...others } = options;
  const standard: Readonly<Record<string, unknown>> = { ...defaultOptions };
  return Object.entries(others).filter(([name, value]) => value !== standard[name]).length + (node === '' ? 0 : 1);
}

/** Whether a question says only what `/api/graph` takes, which is the cheaper way to a whole graph. */
export function isPlain(subject: Subject): boolean {
  return Object.keys(subject).every((name) => name === 'type' || name === 'namespaces' || name === 'idle');
}
