import { ApiError } from './errors.ts';

/** Nodes and edges of every graph type have ids of this form. */
const graphIdForm = /^[0-9a-f]{16}$/;
const findingIdForm = /^[0-9a-f]{32}$/;

/** One node or one edge that is asked about; the other is null. */
export interface Subject { readonly node: string | null; readonly edge: string | null }

/** The id of a node, if it has the form of one. @param name of the argument @throws ApiError BAD_INPUT */
export function nodeId(name: string, id: string): string {
  if (!graphIdForm.test(id)) throw new ApiError('BAD_INPUT', `${name} is the id of a node of this graph type: 16 hex digits`);
  return id;
}

/** The id of an edge, if it has the form of one. @param name of the argument @throws ApiError BAD_INPUT */
export function edgeId(name: string, id: string): string {
  if (!graphIdForm.test(id)) throw new ApiError('BAD_INPUT', `${name} is the id of an edge of this graph type: 16 hex digits`);
  return id;
}

/** The id of a finding, if it has the form of one. @param name of the argument @throws ApiError BAD_INPUT */
export function findingIdOf(name: string, id: string): string {
  if (!findingIdForm.test(id)) throw new ApiError('BAD_INPUT', `${name} is the id of a finding, as \`findings\` lists them: 32 hex digits`);
  return id;
}

/** Which of both is asked about. @throws ApiError BAD_INPUT where there are none or two, or it is no id */
export function oneSubject({ node, edge }: Partial<Subject>): { readonly node: string } | { readonly edge: string } {
  const [aNode, anEdge] = [node ?? null, edge ?? null];
  if (aNode !== null && anEdge === null) return { node: nodeId('node', aNode) };
  if (anEdge !== null && aNode === null) return { edge: edgeId('edge', anEdge) };
  throw new ApiError('BAD_INPUT', 'give the id of a node or of an edge, one of them');
}
