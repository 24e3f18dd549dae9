import { BREAK, defaultFieldResolver, GraphQLNonNull, GraphQLObjectType, GraphQLScalarType, GraphQLSchema, isNonNullType, Kind, visit, type DocumentNode, type GraphQLFieldConfig } from 'graphql';
import { JsonBytes } from '../http/json-bytes.ts';
import type { ApartJson } from './apart-json.ts';
import { plainProblem, writeSelection } from './write-selection.ts';

/** What a resolver wrote already, for graphql-js a leaf. */
const written = new GraphQLScalarType({ name: 'Written', serialize: (value) => value });

/** What operations on a writing schema are executed with. */
export interface WritingContext { readonly apart: ApartJson }

/** Bytes of an answer that is none of the largest. */
const usual = 16_384;

/**
 * A schema to execute operations with that were validated against `schema`: the same but for these fields of Query, whose values
 * are data all the way down. Of these what was asked for is written as JSON at once (`writeSelection`), and a text in the result
 * stands for it (`ApartJson`): graphql-js takes ten times as long for a thousand edges, and leaves objects that are slow to write.
 *
 * @throws Error for a field whose type is not plain data
 */
export function writingSchema(schema: GraphQLSchema, fields: readonly string[]): GraphQLSchema {
  const query = schema.getQueryType();
  if (!query) throw new Error('a schema without queries');
  const config = query.toConfig();
  const writing = Object.fromEntries(fields.map((name): [string, GraphQLFieldConfig<unknown, WritingContext>] => {
    const field = config.fields[name];
    if (!field) throw new Error(`Query.${name} is not there to be written`);
    const problem = plainProblem(field.type);
    if (problem !== null) throw new Error(`Query.${name} cannot be written: ${problem}`);
    const { type, resolve = defaultFieldResolver } = field;
    let likely = usual;
    return [name, {
      ...field,
      type: isNonNullType(type) ? new GraphQLNonNull(written) : written,
      resolve: async (source, args, context, info) => {
        const value: unknown = await resolve(source, args, context, info), json = new JsonBytes(likely);
        writeSelection(type, info)(value, json);
        likely = json.room;
        return context.apart.keep(json.bytes);
      },
    }];
  }));
  const all = schema.toConfig();
  return new GraphQLSchema({
    ...all, query: new GraphQLObjectType({ ...config, fields: { ...config.fields, ...writing } }), types: all.types.filter((type) => type !== query), assumeValid: true,
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
