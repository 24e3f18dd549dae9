import type { Explanation } from '../../inference/explain/explanation.ts';
import type { ServiceGraph } from '../../inference/graph.ts';
import { windowObject, type WindowObject } from '../graph/graph-objects.ts';

/** `Explanation` of the schema. */
export interface ExplanationObject extends Omit<Explanation, 'window' | 'changes'> {
  readonly edge: string | null;
  readonly node: string | null;
  readonly window: WindowObject;
  readonly changes: readonly NearbyChangeObject[];
}

interface NearbyChangeObject {
  readonly eventId: string;
  readonly time: number;
  readonly offset: number;
  readonly kind: string;
  readonly title: string;
  readonly entity: { readonly cluster: string; readonly namespace: string; readonly kind: string; readonly name: string; readonly app: string; readonly version: string };
  readonly relation: string;
  readonly before: string;
  readonly after: string;
}

/** An explanation as the schema has it: times in Unix seconds, offsets in seconds. */
export function explanationObject(asked: { readonly edge: string | null; readonly node: string | null }, graph: ServiceGraph, explanation: Explanation): ExplanationObject {
  return {
    ...explanation, ...asked,
    window: windowObject(graph),
    changes: explanation.changes.map(({ event, offset, relation }) => ({
      eventId: event.id, time: event.timeMs / 1000, offset, kind: event.kind, title: event.title,
      entity: { ...event.entity, app: '', version: '' }, relation, before: event.before, after: event.after,
    })),
  };
}
