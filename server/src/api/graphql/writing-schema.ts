import { BREAK, defaultFieldResolver, GraphQLNonNull, GraphQLObjectType, GraphQLScalarType, GraphQLSchema, isNonNullType, Kind, visit, type DocumentNode, type GraphQLFieldConfig } from 'graphql';
import { copySelection, plainProblem } from './copy-selection.ts';

/** What a resolver copied already, for graphql-js a leaf. */
const copied = new GraphQLScalarType({ name: 'Copied', serialize: (value) => value });

/**
 * A schema to execute operations with that were validated against `schema`: the same but for these fields of Query, whose values
 * are data all the way down. Of these what was asked for is copied at once (`copySelection`): graphql-js takes ten times as long
 * for a thousand edges, and leaves objects that are slow to write as JSON.
 *
 * @throws Error for a field whose type is not plain data
 */
export function copyingSchema(schema: GraphQLSchema, fields: readonly string[]): GraphQLSchema {
  const query = schema.getQueryType();
  if (!query) throw new Error('a schema without queries');
  const config = query.toConfig();
  const copying = Object.fromEntries(fields.map((name): [string, GraphQLFieldConfig<unknown, unknown>] => {
    const field = config.fields[name];
    if (!field) throw new Error(`Query.${name} is not there to be copied`);
    const problem = plainProblem(field.type);
    if (problem !== null) throw new Error(`Query.${name} cannot be copied: ${problem}`);
    const { type, resolve = defaultFieldResolver } = field;
    return [name, {
      ...field,
      type: isNonNullType(type) ? new GraphQLNonNull(copied) : copied,
      resolve: async (source, args, context, info) => copySelection(type, info)(await resolve(source, args, context, info)),
    }];
  }));
  const all = schema.toConfig();
  return new GraphQLSchema({
    ...all, query: new GraphQLObjectType({ ...config, fields: { ...config.fields, ...copying } }), types: all.types.filter((type) => type !== query), assumeValid: true,
  });
}

/** Whether a document asks what the schema is: that must be told of the real one. */
export function introspects(document: DocumentNode): boolean {
  let found = false;
  visit(document, { [Kind.FIELD]: ({ name: { value } }) => {
    if (value !== '__schema' && value !== '__type') return undefined;
    found = true;
    return BREAK;
  } });
  return found;
}
