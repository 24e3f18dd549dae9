import { readFileSync, writeFileSync } from 'node:fs';
import { buildASTSchema, concatAST, lexicographicSortSchema, parse, printSchema } from 'graphql';

/** The SDL files, one beside the resolvers of each part of the API. */
const parts = ['graph/graph.graphql', 'spans/spans.graphql', 'sources/sources.graphql', 'time/time.graphql', 'operations/operations.graphql', 'insight/insight.graphql', 'events/events.graphql', 'findings/findings.graphql'];

/** `server/schema.graphql`: the same place from `src/api` and from `dist/api`. */
export const schemaFile = new URL('../../schema.graphql', import.meta.url);

/** One sorted schema out of the SDL parts; throws on parts that do not fit together. */
function mergeSchema(sources: readonly string[]): string {
  const merged = buildASTSchema(concatAST(sources.map((source) => parse(source))));
  return `# Generated from server/src/api/**/*.graphql by server/src/api/print-schema.ts. Do not edit.\n\n${printSchema(lexicographicSortSchema(merged))}\n`;
}

/** What `server/schema.graphql` has to hold now. */
export function currentSchema(): string {
  return mergeSchema(parts.map((part) => readFileSync(new URL(part, import.meta.url), 'utf8')));
}

if (import.meta.main) writeFileSync(schemaFile, currentSchema());
