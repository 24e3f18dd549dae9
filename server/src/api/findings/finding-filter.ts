import type { GraphInput } from '../graph/graph-request.ts';
import { ApiError } from '../errors.ts';
import type { JudgedFinding } from '../../validation/findings/judge-findings.ts';

/** `FindingsInput` of the schema. */
export interface FindingsInput extends Pick<GraphInput, 'type' | 'window' | 'namespaces'> {
  readonly clusters?: readonly string[] | null;
  readonly severities?: readonly string[] | null;
  readonly ranks?: readonly string[] | null;
  readonly codes?: readonly string[] | null;
  readonly text?: string | null;
  readonly node?: string | null;
  readonly edge?: string | null;
  readonly suppressed?: boolean | null;
  readonly first?: number | null;
  readonly offset?: number | null;
  readonly waitSeconds?: number | null;
}

const mostValues = 100, mostText = 200;

/** Whether a finding is asked for, suppression apart. @throws ApiError LIMIT_EXCEEDED */
export function findingFilter({ namespaces, clusters, severities, ranks, codes, text, node, edge }: FindingsInput): (one: JudgedFinding) => boolean {
  const chosen = (name: string, values: readonly string[] | null | undefined): ReadonlySet<string> | null => {
    if ((values?.length ?? 0) > mostValues) throw new ApiError('LIMIT_EXCEEDED', `at most ${mostValues} ${name} at once`);
    return values && values.length > 0 ? new Set(values) : null;
  };
  if ((text ?? '').length > mostText) throw new ApiError('LIMIT_EXCEEDED', `a text to look for has at most ${mostText} characters`);
  const wanted = {
    namespaces: chosen('namespaces', namespaces), clusters: chosen('clusters', clusters), severities: chosen('severities', severities), ranks: chosen('ranks', ranks), codes: chosen('codes', codes),
  };
  const needle = (text ?? '').trim().toLowerCase();
  return ({ finding: { code, kiali, severity, object, path, message }, rank, nodes, edges }) =>
    (wanted.namespaces?.has(object.namespace) ?? true)
    && (wanted.clusters?.has(object.cluster) ?? true)
    && (wanted.severities?.has(severity) ?? true)
    && (wanted.ranks?.has(rank) ?? true)
    && (wanted.codes === null || wanted.codes.has(code) || (kiali !== undefined && wanted.codes.has(kiali)))
    && (node === null || node === undefined || nodes.includes(node) || edges.some(({ source, destination }) => source === node || destination === node))
    && (edge === null || edge === undefined || edges.some(({ id }) => id === edge))
    && (needle === '' || [code, kiali ?? '', message, object.kind, object.name, object.namespace, path].some((part) => part.toLowerCase().includes(needle)));
}
