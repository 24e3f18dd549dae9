import {
  defaultFieldResolver, getDirectiveValues, GraphQLIncludeDirective, GraphQLSkipDirective, isLeafType, isListType, isNonNullType, isObjectType, Kind,
  type FieldNode, type FragmentDefinitionNode, type GraphQLField, type GraphQLObjectType, type GraphQLOutputType, type GraphQLResolveInfo, type SelectionSetNode,
} from 'graphql';

/** Gives what a selection asks of a value. @throws Error that names the field whose value its type does not allow */
export type Copy = (value: unknown) => unknown;

type Asked = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>;

/**
 * Copies from plain data what a field's selection asks for, as graphql-js would: fragments, aliases, @skip and @include are
 * obeyed, leaves are serialized by their types. Types are what `plainProblem` finds nothing against. Where graphql-js would put
 * null for a value that its type does not allow, this throws.
 */
export function copySelection(type: GraphQLOutputType, { fieldNodes, fragments, variableValues }: Asked): Copy {
  const copyOf = (of: GraphQLOutputType, nodes: readonly FieldNode[]): Copy => {
    if (isNonNullType(of)) {
      const copy = copyOf(of.ofType, nodes);
      return (value) => copy(value) ?? missing(of);
    }
    if (isListType(of)) {
      const copy = copyOf(of.ofType as GraphQLOutputType, nodes);
      return (value) => isNothing(value) ? null : Array.from(value as Iterable<unknown>, copy);
    }
    if (isLeafType(of)) return (value) => isNothing(value) ? null : of.serialize(value) ?? missing(of);
    return copyObject(of as GraphQLObjectType, nodes);
  };

  const copyObject = (of: GraphQLObjectType, nodes: readonly FieldNode[]): Copy => {
    const keys: string[] = [], names: string[] = [], copies: Copy[] = [];
    for (const [key, same] of collect(of, nodes)) {
      const name = same[0]!.name.value, field = of.getFields()[name];
      keys.push(key);
      names.push(name);
      copies.push(field ? copyOf(field.type, same) : () => of.name);
    }
    return (value) => {
      if (isNothing(value)) return null;
      const from = value as Readonly<Record<string, unknown>>, copied: Record<string, unknown> = {};
      let i = 0;
      try {
        for (; i < keys.length; i++) copied[keys[i]!] = copies[i]!(from[names[i]!]);
      } catch (error) {
        throw new Error(`${of.name}.${names[i]!}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
      return copied;
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

  return copyOf(type, fieldNodes);
}

function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function missing(type: GraphQLOutputType): never {
  throw new Error(`there is no value of ${String(type)}`);
}

/** Why values of a type cannot be copied: a field below has arguments, a resolver of its own or an abstract type; null = they can. */
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
