import {
  defaultFieldResolver, getDirectiveValues, GraphQLFloat, GraphQLID, GraphQLIncludeDirective, GraphQLSkipDirective, GraphQLString, isLeafType, isListType, isNonNullType, isObjectType, Kind,
  type FieldNode, type FragmentDefinitionNode, type GraphQLField, type GraphQLLeafType, type GraphQLObjectType, type GraphQLOutputType, type GraphQLResolveInfo, type SelectionSetNode,
} from 'graphql';
import type { JsonBytes } from '../http/json-bytes.ts';

/** Writes what a selection asks of a value as JSON. @throws Error that names the field whose value its type does not allow */
export type Write = (value: unknown, json: JsonBytes) => void;

type Asked = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>;

const comma = Buffer.from(','), openList = Buffer.from('['), closeList = Buffer.from(']'), closeObject = Buffer.from('}'), emptyObject = Buffer.from('{}'), nothing = Buffer.from('null');

/**
 * Writes of plain data what a field's selection asks for, as graphql-js and `JSON.stringify` would: fragments, aliases, @skip and @include are
 * obeyed, leaves are serialized by their types. Types are what `plainProblem` finds nothing against. Where graphql-js would put
 * null for a value that its type does not allow, this throws.
 */
export function writeSelection(type: GraphQLOutputType, { fieldNodes, fragments, variableValues }: Asked): Write {
  const writerOf = (of: GraphQLOutputType, nodes: readonly FieldNode[]): Write => {
    if (isNonNullType(of)) return writerOfValues(of.ofType, nodes, () => missing(of));
    return writerOfValues(of, nodes, (json) => { json.copy(nothing); });
  };

  /** @param without what to do where there is no value */
  const writerOfValues = (of: GraphQLOutputType, nodes: readonly FieldNode[], without: (json: JsonBytes) => void): Write => {
    if (isListType(of)) return listWriter(writerOf(of.ofType as GraphQLOutputType, nodes), without);
    if (isLeafType(of)) return leafWriter(of, without);
    return objectWriter(of as GraphQLObjectType, nodes, without);
  };

  const objectWriter = (of: GraphQLObjectType, nodes: readonly FieldNode[], without: (json: JsonBytes) => void): Write => {
    const keys: Buffer[] = [], names: string[] = [], writers: Write[] = [];
    for (const [key, same] of collect(of, nodes)) {
      const name = same[0]!.name.value, field = of.getFields()[name];
      keys.push(Buffer.from(`${keys.length === 0 ? '{' : ','}${JSON.stringify(key)}:`));
      names.push(name);
      writers.push(field ? writerOf(field.type, same) : (_, json) => { json.quoted(of.name); });
    }
    return (value, json) => {
      if (isNothing(value)) return without(json);
      const from = value as Readonly<Record<string, unknown>>;
      let i = 0;
      try {
        for (; i < keys.length; i++) {
          json.copy(keys[i]!);
          writers[i]!(from[names[i]!], json);
        }
      } catch (error) {
        throw new Error(`${of.name}.${names[i]!}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
      json.copy(keys.length === 0 ? emptyObject : closeObject);
    };
  };

  /** Field nodes by the name they answer to, in the order they are asked for. */
  const collect = (of: GraphQLObjectType, nodes: readonly FieldNode[]): ReadonlyMap<string, FieldNode[]> => {
    const fields = new Map<string, FieldNode[]>(), spread = new Set<FragmentDefinitionNode>();
    const add = (set: SelectionSetNode | undefined): void => {
      for (const selection of set?.selections ?? []) {
        if (getDirectiveValues(GraphQLSkipDirective, selection, variableValues)?.['if'] === true) continue;
        if (getDirectiveValues(GraphQLIncludeDirective, selection, variableValues)?.['if'] === false) continue;
        if (selection.kind === Kind.FIELD) {
          const key = selection.alias?.value ?? selection.name.value, known = fields.get(key);
          if (known) known.push(selection);
          else fields.set(key, [selection]);
          continue;
        }
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value]! : selection;
        if (fragment.typeCondition && fragment.typeCondition.name.value !== of.name) continue;
        if (fragment.kind === Kind.FRAGMENT_DEFINITION) {
          if (spread.has(fragment)) continue;
          spread.add(fragment);
        }
        add(fragment.selectionSet);
      }
    };
    for (const node of nodes) add(node.selectionSet);
    return fields;
  };

  return writerOf(type, fieldNodes);
}

function listWriter(write: Write, without: (json: JsonBytes) => void): Write {
  return (value, json) => {
    if (isNothing(value)) return without(json);
    json.copy(openList);
    let first = true;
    for (const item of value as Iterable<unknown>) {
      if (!first) json.copy(comma);
      first = false;
      write(item, json);
    }
    json.copy(closeList);
  };
}

/** What scalars make of most values is these themselves. */
function leafWriter(of: GraphQLLeafType, without: (json: JsonBytes) => void): Write {
  const takesText = of === GraphQLString || of === GraphQLID, takesNumbers = of === GraphQLFloat;
  return (value, json) => {
    if (isNothing(value)) return without(json);
    if (takesText && typeof value === 'string') return json.quoted(value);
    if (takesNumbers && typeof value === 'number' && Number.isFinite(value)) return json.number(value);
    const serialized = of.serialize(value);
    if (isNothing(serialized)) return without(json);
    json.text(JSON.stringify(serialized));
  };
}

function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function missing(type: GraphQLOutputType): never {
  throw new Error(`there is no value of ${String(type)}`);
}

/** Why values of a type cannot be written at once: a field below has arguments, a resolver of its own or an abstract type; null = they can. */
export function plainProblem(type: GraphQLOutputType, seen = new Set<GraphQLOutputType>()): string | null {
  if (isNonNullType(type) || isListType(type)) return plainProblem(type.ofType as GraphQLOutputType, seen);
  if (isLeafType(type) || seen.has(type)) return null;
  if (!isObjectType(type)) return `${type.name} is abstract`;
  seen.add(type);
  for (const field of Object.values(type.getFields())) {
    const problem = isResolved(field) ? `${type.name}.${field.name} is resolved` : plainProblem(field.type, seen);
    if (problem !== null) return problem;
  }
  return null;
}

function isResolved({ resolve, args }: GraphQLField<unknown, unknown>): boolean {
  return args.length > 0 || (resolve !== undefined && resolve !== defaultFieldResolver);
}
