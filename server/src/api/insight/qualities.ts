import { edgeQuality } from '../../inference/quality/edge-issues.ts';
import type { TraceReconciliation } from '../../inference/quality/trace-agreement.ts';
import { ranked, type QualityIssue } from '../../inference/quality/quality-issue.ts';
import { sourceIssues } from '../../inference/quality/source-issues.ts';
import { windowObject, type WindowObject } from '../graph/graph-objects.ts';
import type { GraphInput } from '../graph/graph-request.ts';
import { inRange } from '../in-range.ts';
import { createRowsOf, type InsightDeps, type RowDeps } from './insight-deps.ts';

/** `DataQuality` of the schema. */
export interface DataQuality {
  readonly window: WindowObject;
  readonly edges: number;
  readonly agreeing: number;
  readonly compared: number;
  readonly traces: TraceReconciliation | null;
  readonly issues: readonly QualityIssue[];
  readonly partial: readonly string[];
}

/** Where the data behind the graph is weak. */
export interface Qualities {
  /** @throws ApiError BAD_INPUT */
  dataQuality(input: GraphInput, first: number): Promise<DataQuality>;
}

const most = 200;
/** A source reports every few seconds; further back its state is history. */
const reportedWithinMs = 900_000;

/** Quality of the edges, and of live windows that of the sources; the worst issues first. */
export function createQualities({ sources, proof, ...deps }: RowDeps & Pick<InsightDeps, 'sources' | 'proof'>): Qualities {
  const rowsOf = createRowsOf(deps);
  return {
    async dataQuality(input, first) {
      inRange('first', first, 1, most);
      const { request: { scope, type, window, notes, live }, rows, ...covered } = await rowsOf(input);
      // Of a past window the state that sources are in now says nothing.
      const [reports, late] = await Promise.all([live ? sources(scope, deps.now() - reportedWithinMs) : [], proof.late(scope, window)]);
      const quality = edgeQuality(rows, { tenant: scope.tenant, type, window, now: deps.now() / 1000, partial: notes, ...covered });
      return {
        window: windowObject(quality.graph), edges: quality.graph.edges.length, agreeing: quality.agreeing, compared: quality.compared, traces: quality.traces,
        issues: ranked([...sourceIssues(reports, late, deps.now()), ...quality.issues], first),
        partial: live ? notes : [...notes, 'the state of sources is told for live windows alone'],
      };
    },
  };
}
