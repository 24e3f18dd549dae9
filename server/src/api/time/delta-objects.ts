import type { GraphDelta } from '../../inference/diff/graph-delta.ts';
import { ApiError } from '../errors.ts';

const maxEdges = 1_000;

/** A comparison for object-typed GraphQL. @throws ApiError GRAPH_TOO_LARGE */
export function deltaObjects(delta: GraphDelta): GraphDelta {
  if (delta.edges.length > maxEdges) {
    throw new ApiError('GRAPH_TOO_LARGE', `${delta.edges.length} edges changed, objects go up to ${maxEdges}: ask for graphDeltaColumns, or for some namespaces`);
  }
  return delta;
}
