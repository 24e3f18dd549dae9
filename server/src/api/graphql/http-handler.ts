import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { createHandler } from 'graphql-http';
import type { Logger } from 'pino';
import { formatGraphqlError } from '../errors.ts';
import { BodyTooLarge, readBody } from '../http/read-body.ts';
import type { PreparedOperation } from './operations.ts';

/** The largest GraphQL request body in bytes: limits on tokens refuse far smaller documents, variables need little. */
const maxBody = 256 * 1024;

/**
 * GraphQL over HTTP (GET and POST, no batches) on Node's own request and response, by the rules of the
 * GraphQL-over-HTTP draft as `graphql-http` implements them.
 */
export function createGraphqlHttpHandler(
  schema: GraphQLSchema,
  prepare: (query: string) => PreparedOperation,
  logger: Logger,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const handle = createHandler<IncomingMessage>({
    onSubscribe: (_request, { query, operationName, variables }) => {
      const prepared = prepare(query);
      if ('errors' in prepared) return prepared.errors;
      return { schema, document: prepared.document, operationName: operationName ?? null, variableValues: variables ?? null };
    },
    formatError: (error) => formatGraphqlError(error, logger),
  });

  return async (req, res) => {
    try {
      const body = req.method === 'POST' ? (await readBody(req, maxBody)).toString('utf8') : null;
      const [answer, init] = await handle({ method: req.method ?? '', url: req.url ?? '', headers: req.headers, body, raw: req, context: undefined });
      res.writeHead(init.status, init.statusText, { ...init.headers, 'cache-control': 'no-store' });
      res.end(answer);
    } catch (error) {
      const tooLarge = error instanceof BodyTooLarge;
      const shown = tooLarge ? new GraphQLError(error.message, { extensions: { code: 'LIMIT_EXCEEDED' } }) : formatGraphqlError(new GraphQLError('', { originalError: error instanceof Error ? error : null }), logger);
      if (res.headersSent) return void res.destroy();
      res.writeHead(tooLarge ? 413 : 500, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', connection: 'close' });
      res.end(JSON.stringify({ errors: [shown] }));
    }
  };
}
