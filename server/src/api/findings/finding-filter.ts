import type { GraphInput } from '../graph/graph-request.ts';
import { ApiError } from '../errors.ts';
import { edgeId, nodeId } from '../ids.ts';
import type { JudgedFinding } from '../../validation/findings/judge-findings.ts';
import type { ValidatedCluster } from '../../validation/findings/validated-cluster.ts';

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

/** Whether a finding is asked for, suppression apart. @throws ApiError BAD_INPUT */
export function findingFilter({ namespaces, clusters, severities, ranks, codes, text, node, edge }: FindingsInput): (one: JudgedFinding) => boolean {
  const chosen = (name: string, values: readonly string[] | null | undefined): ReadonlySet<string> | null => {
    if ((values?.length ?? 0) > mostValues) throw new ApiError('BAD_INPUT', `at most ${mostValues} ${name} at once; leave them out for all`);
    return values && values.length > 0 ? new Set(values) : null;
  };
  if ((text ?? '').length > mostText) throw new ApiError('BAD_INPUT', `a text to look for has at most ${mostText} characters`);
  const wanted = {
    namespaces: chosen('namespaces', namespaces), clusters: chosen('clusters', clusters), severities: chosen('severities', severities), ranks: chosen('ranks', ranks), codes: chosen('codes', codes),
  };
  if (node !== null && node !== undefined) nodeId('node', node);
  if (edge !== null && edge !== undefined) edgeId('edge', edge);
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

/** Clusters and namespaces that were asked for and of which no configuration is known, in words: they may be mistyped. [] without any configuration. */
export function unknownScope({ clusters, namespaces }: Pick<FindingsInput, 'clusters' | 'namespaces'>, known: readonly ValidatedCluster[]): string[] {
  if (known.length === 0) return [];
  const note = (what: string, asked: readonly string[] | null | undefined, names: () => Iterable<string>): string[] => {
    if (!asked || asked.length === 0) return [];
    const there = new Set(names()), missing = [...new Set(asked)].filter((name) => !there.has(name));
    return missing.length === 0 ? [] : [`no configuration is known of ${what}${missing.length === 1 ? '' : 's'} ${missing.join(', ')}`];
  };
  const objects = known.flatMap((one) => one.objects);
  return [
    ...note('cluster', clusters, () => known.map(({ cluster }) => cluster)),
    ...note('namespace', namespaces, () => objects.map(({ kind, name, namespace }) => (kind === 'Namespace' ? name : namespace))),
  ];
}
