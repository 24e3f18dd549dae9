import { GraphQLError, Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

/** What one GraphQL document may ask for. */
export interface QueryLimits {
  /** Lexical tokens, checked while parsing. */
  readonly tokens: number;
  /** Nested fields; introspection has a limit of its own in `introspectionDepth`. */
  readonly depth: number;
  readonly introspectionDepth: number;
  readonly aliases: number;
  /** 1 a field, `rootCost` a field of the root, fragments counted at each spread. */
  readonly cost: number;
  readonly rootCost: number;
}

/** Room for the console's largest document twice over, and for a full introspection query. */
export const defaultLimits: QueryLimits = { tokens: 1_500, depth: 8, introspectionDepth: 18, aliases: 15, cost: 1_000, rootCost: 50 };

interface Measure {
  readonly depth: number;
  readonly introspectionDepth: number;
  readonly aliases: number;
  readonly fields: number;
}

const nothing: Measure = { depth: 0, introspectionDepth: 0, aliases: 0, fields: 0 };

/**
 * The limits that a document exceeds, as errors with code LIMIT_EXCEEDED; [] if none.
 * Runs before validation, whose own cost grows with the square of the fields: time is linear in the document,
 * because each fragment is measured once, however often it is spread.
 */
export function exceededLimits(document: DocumentNode, limits: QueryLimits): readonly GraphQLError[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measured = new Map<string, Measure>();
  const errors: GraphQLError[] = [];
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const all = measure(definition.selectionSet, fragments, measured);
    const cost = all.fields + limits.rootCost * rootFields(definition.selectionSet, fragments, new Set());
    const check = (what: string, value: number, limit: number): void => {
      if (value > limit) errors.push(new GraphQLError(`the query's ${what} is ${value}, the limit is ${limit}: ask for less at once`, { nodes: [definition], extensions: { code: 'LIMIT_EXCEEDED' } }));
    };
    check('depth', all.depth, limits.depth);
    check('introspection depth', all.introspectionDepth, limits.introspectionDepth);
    check('number of aliases', all.aliases, limits.aliases);
    check('cost', cost, limits.cost);
  }
  return errors;
}

function measure(set: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>, measured: Map<string, Measure>): Measure {
  let { depth, introspectionDepth, aliases, fields } = nothing;
  for (const selection of set.selections) {
    let inner: Measure;
    if (selection.kind === Kind.FIELD) {
      const below = selection.selectionSet ? measure(selection.selectionSet, fragments, measured) : nothing;
      const levels = 1 + Math.max(below.depth, below.introspectionDepth);
      const meta = selection.name.value === '__schema' || selection.name.value === '__type';
      inner = {
        depth: meta ? 0 : 1 + below.depth,
        introspectionDepth: meta ? levels : below.introspectionDepth,
        aliases: below.aliases + (selection.alias ? 1 : 0),
        fields: below.fields + 1,
      };
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      inner = measure(selection.selectionSet, fragments, measured);
    } else {
      inner = measureFragment(selection.name.value, fragments, measured);
    }
    depth = Math.max(depth, inner.depth);
    introspectionDepth = Math.max(introspectionDepth, inner.introspectionDepth);
    aliases += inner.aliases;
    fields += inner.fields;
  }
  return { depth, introspectionDepth, aliases, fields };
}

function measureFragment(name: string, fragments: ReadonlyMap<string, FragmentDefinitionNode>, measured: Map<string, Measure>): Measure {
  const known = measured.get(name);
  if (known) return known;
  // A cycle meets this entry and ends; validation refuses the document afterwards.
  measured.set(name, nothing);
  const fragment = fragments.get(name);
  const result = fragment ? measure(fragment.selectionSet, fragments, measured) : nothing;
  measured.set(name, result);
  return result;
}

function rootFields(set: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>, open: Set<string>): number {
  let count = 0;
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) count += selection.name.value === '__typename' ? 0 : 1;
    else if (selection.kind === Kind.INLINE_FRAGMENT) count += rootFields(selection.selectionSet, fragments, open);
    else if (!open.has(selection.name.value)) {
      open.add(selection.name.value);
      const fragment = fragments.get(selection.name.value);
      if (fragment) count += rootFields(fragment.selectionSet, fragments, open);
    }
  }
  return count;
}
