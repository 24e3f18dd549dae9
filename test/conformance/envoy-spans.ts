import { deepStrictEqual } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseResponseKey } from '@orrery/collectors/model/edge-traffic';
import { createDecodeContext } from '@orrery/collectors/otlp/decode-context';
import { decodeProtobuf } from '@orrery/collectors/otlp/decode-protobuf';
import type { Span } from '@orrery/collectors/model/span';
import type { EdgeWindow } from '@orrery/server/inference/ports';
import { delimited } from '@orrery/collectors/wire/delimited-fixture';
import { endName, openSpanEdges } from './span-edges.ts';
import { sharedData, type Suite } from './suite.ts';

interface LoggedEdge {
  readonly source: string;
  readonly destination: string;
  readonly service: string;
  /** Count by `<code> [grpc <status>] <flags>`. */
  readonly by_source: Readonly<Record<string, number>>;
  readonly by_destination: Readonly<Record<string, number>>;
  readonly mirrored_seen_by_destination?: number;
}

/** Requests by outcome, of one side of one edge. */
type Outcomes = Map<string, number>;

/** The spans of a real Envoy mesh alone, against what its access logs counted on each side of each edge. */
export async function envoySpans(): Promise<Suite> {
  const folder = resolve(sharedData, 'envoy-real/a');
  if (!existsSync(folder)) return { cases: [], skipped: [{ case: '*', reason: 'envoy-real/a is not there' }] };
  const engine = await openSpanEdges();
  const found = readFileSync(resolve(folder, 'otlp/traces.bin'));
  let rows: Promise<readonly EdgeWindow[]> | undefined;
  const load = (): Promise<readonly EdgeWindow[]> => (rows ??= engine.edgesOf(spansOf(found)));
  const expected = expectedSides(JSON.parse(readFileSync(resolve(folder, 'expected-edges.json'), 'utf8')) as LoggedEdge[]);
  return {
    cases: [
      ...[...expected].map(([side, outcomes]) => ({
        name: side,
        run: async () => deepStrictEqual(sortedEntries(sidesOf(await load()).get(side)), sortedEntries(outcomes)),
      })),
      {
        name: 'no other edges, none from an app to itself',
        run: async () => deepStrictEqual([...sidesOf(await load()).keys()].filter((side) => !side.startsWith('world → gateway')).sort(), [...expected.keys()].sort()),
      },
      {
        name: 'web → reviews: attempts behind retries',
        // 9 requests were tried 3 times each; those that never left (UO, RL, FI) were not tried at all.
        run: async () => deepStrictEqual((await load()).filter((row) => row.side === 'source' && row.intent === 'primary' && endName(row.edge!.destination) === 'reviews').reduce((sum, row) => sum + row.attempts, 0), 207 + 18),
      },
    ],
    skipped: [
      { case: 'web → mysql', reason: 'Envoy traces requests; connections of its TCP proxy make no spans' },
    ],
    close: () => engine.close(),
  };
}

function spansOf(bytes: Buffer): Span[] {
  const context = createDecodeContext({ redact: true, limits: { maxAttributes: 128, maxValueLength: 8192, maxEvents: 128 } });
  return [...delimited(bytes)].flatMap((message) => decodeProtobuf(message, context, { tenant: 'envoy', nowMs: Date.UTC(2100, 0) }).spans);
}

/** What spans can know of what was logged: versions are told apart by their pods alone, `legacy` sends no spans. */
function expectedSides(edges: readonly LoggedEdge[]): Map<string, Outcomes> {
  const sides = new Map<string, Outcomes>();
  const add = (side: string, outcome: string, count: number): void => {
    const outcomes = sides.get(side) ?? new Map<string, number>();
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + count);
    sides.set(side, outcomes);
  };
  for (const edge of edges) {
    if (edge.service === 'mysql') continue;
    const source = edge.source === 'legacy' ? 'unknown' : edge.source, destination = edge.service.replace('unknown host: ', '');
    for (const [outcome, count] of Object.entries(edge.by_source)) add(`${source} → ${destination} source primary`, outcome, count);
    const mirrored = edge.mirrored_seen_by_destination ?? 0;
    for (const [outcome, count] of Object.entries(edge.by_destination)) {
      add(`${source} → ${destination} destination primary`, outcome, outcome === '200 -' ? count - mirrored : count);
    }
    if (mirrored > 0) for (const side of ['source', 'destination']) add(`${source} → ${destination} ${side} mirror`, '200 -', mirrored);
  }
  return sides;
}

function sidesOf(rows: readonly EdgeWindow[]): Map<string, Outcomes> {
  const sides = new Map<string, Outcomes>();
  for (const row of rows) {
    const side = `${endName(row.edge!.source)} → ${endName(row.edge!.destination)} ${row.side} ${row.intent}`;
    const outcomes = sides.get(side) ?? new Map<string, number>();
    for (const [key, count] of row.responses) {
      const { kind, code, flags } = parseResponseKey(key);
      const outcome = kind === 'grpc' ? `200 grpc ${code} ${flags || '-'}` : `${code || '0'} ${flags || '-'}`;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + count);
    }
    sides.set(side, outcomes);
  }
  return sides;
}

function sortedEntries(outcomes: Outcomes | undefined): [string, number][] {
  return [...(outcomes ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
}
