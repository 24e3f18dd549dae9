import type { GraphInput } from '../graphql/operations.ts';
import { defaultOptions, type ViewState } from '../lib/view-state.ts';

/** A graph question without its window. */
export type Subject = Omit<GraphInput, 'window'>;

/** What of a view decides which graph is asked for. */
export type Asked = Pick<ViewState, 'type' | 'namespaces' | 'idleNodes' | 'idleEdges' | 'options' | 'compare'>;

/** The question of a view. What is as the server does by itself is left out, and so is what cannot be compared where two times are. */
export function subjectOf({ type, namespaces, idleNodes, idleEdges, options, compare }: Asked): Subject {
  const { node, depth } = options;
  const selectors = Object.fromEntries((['http', 'grpc', 'tcp', 'ambient'] as const).filter((name) => options[name] !== '').map((name) => [name, options[name]]));
  return {
    type, namespaces, ...(idleNodes && compare === null ? { idleNodes } : {}), ...(idleEdges && compare === null ? { idleEdges } : {}), ...selectors,
    ...(options.injectServices && type !== 'service' ? { injectServices: true } : {}),
    ...(options.operations && compare === null ? { operations: true } : {}),
    ...(options.waypoints === defaultOptions.waypoints ? {} : { waypoints: options.waypoints }),
    ...(node === '' ? {} : { node, depth }),
  };
}
