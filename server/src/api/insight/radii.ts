import { blastRadius, type BlastRadius, type Dependency, type Dependent } from '../../inference/blast-radius/blast-radius.ts';
import { windowObject, type WindowObject } from '../graph/graph-objects.ts';
import type { GraphInput } from '../graph/graph-request.ts';
import { oneSubject, type Subject } from '../ids.ts';
import type { InsightDeps } from './insight-deps.ts';

/** `BlastRadius` of the schema. */
export interface BlastRadiusObject {
  readonly window: WindowObject;
  readonly node: string | null;
  readonly edge: string | null;
  readonly perSecond: number;
  readonly dependents: readonly Dependent[];
  readonly totalDependents: number;
  readonly entryPoints: readonly string[];
  readonly totalEntryPoints: number;
  readonly entryAtStakePerSecond: number;
  readonly edges: readonly string[];
  readonly dependencies: readonly Dependency[];
  readonly totalDependencies: number;
  readonly truncated: boolean;
  readonly settled: boolean;
  readonly partial: readonly string[];
}

/** Who fails if something fails. */
export interface Radii {
  /** Null if the window has no such node or edge. @throws ApiError BAD_INPUT */
  blastRadius(of: Subject, input: GraphInput): Promise<BlastRadiusObject | null>;
}

const mostNodes = 500, mostEdges = 2_000;

/** Blast radii over the whole mesh: dependents in other namespaces count, whatever was asked for. */
export function createRadii({ graphs }: Pick<InsightDeps, 'graphs'>): Radii {
  return {
    async blastRadius({ node, edge }, input) {
      const subject = oneSubject({ node, edge });
      const { graph } = await graphs.ask({ ...input, namespaces: null });
      const found = blastRadius(graph, subject);
      return found && { window: windowObject(graph), node, edge, ...bounded(found), partial: graph.quality.partial };
    },
  };
}

function bounded(radius: BlastRadius): Omit<BlastRadiusObject, 'window' | 'node' | 'edge' | 'partial'> {
  const { dependents, entryPoints, edges, dependencies } = radius;
  return {
    ...radius,
    dependents: dependents.slice(0, mostNodes), totalDependents: dependents.length,
    entryPoints: entryPoints.slice(0, mostNodes), totalEntryPoints: entryPoints.length,
    edges: edges.slice(0, mostEdges),
    dependencies: dependencies.slice(0, mostNodes), totalDependencies: dependencies.length,
    truncated: dependents.length > mostNodes || dependencies.length > mostNodes || edges.length > mostEdges,
  };
}
