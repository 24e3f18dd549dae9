import { GraphQLError, NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate, type DocumentNode, type GraphQLSchema } from 'graphql';
import { exceededLimits, type QueryLimits } from './limits.ts';

/** A document that parsed, stayed within the limits and fits the schema, or the errors that say why not. */
export type PreparedOperation = { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] };

/** Documents kept ready: the console sends the same few over and over. */
const cacheSize = 200;
/** Errors about one document stop here, so that answers stay small. */
const maxErrors = 20;

/**
 * Parses, limits and validates documents, for HTTP and WebSocket alike; valid ones are remembered.
 * With `introspection` false, `__schema` and `__type` are refused.
 */
export function createOperations(schema: GraphQLSchema, limits: QueryLimits, introspection: boolean): (query: string) => PreparedOperation {
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const ready = new Map<string, DocumentNode>();

  return (query) => {
    const known = ready.get(query);
    if (known) return { document: known };
    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens: limits.tokens });
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [tooManyTokens(error)] };
      throw error;
    }
    const exceeded = exceededLimits(document, limits);
    if (exceeded.length > 0) return { errors: exceeded };
    const errors = validate(schema, document, rules, { maxErrors });
    if (errors.length > 0) return { errors };
    const oldest = ready.keys().next();
    if (ready.size >= cacheSize && !oldest.done) ready.delete(oldest.value);
    ready.set(query, document);
    return { document };
  };
}

function tooManyTokens(error: GraphQLError): GraphQLError {
  if (!error.message.includes('tokens')) return error;
  return new GraphQLError(error.message, { extensions: { code: 'LIMIT_EXCEEDED' } });
}
