import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { execute, GraphQLError, type GraphQLSchema } from 'graphql';
import { createHandler } from 'graphql-http';
import type { Logger } from 'pino';
import { formatGraphqlError } from '../errors.ts';
import { letGo } from '../../inference/let-go.ts';
import { acceptedEncoding, compress } from '../http/compress.ts';
import { BodyTooLarge, readBody } from '../http/read-body.ts';
import { ApartJson } from './apart-json.ts';
import type { PreparedOperation } from './operations.ts';
import { introspects, writingSchema, type WritingContext } from './writing-schema.ts';

/** The largest GraphQL request body in bytes: limits on tokens refuse far smaller documents, variables need little. */
const maxBody = 256 * 1024;

/** Smaller answers are sent before they would be compressed, bytes. */
const worthCompressing = 16 * 1024;

/** Fields whose answers are large and plain data. */
const writtenFields = ['graph'] as const;

/** Stands for the data of an answer until its text takes its place; never leaves the process. */
const mark = randomUUID();

/** The JSON of one answer's data, but for what is written apart. */
type AnswerData = Record<'text', string> & Record<keyof WritingContext, ApartJson>;

/**
 * GraphQL over HTTP (GET and POST, no batches) on Node's own request and response, by the rules of the
 * GraphQL-over-HTTP draft as `graphql-http` implements them.
 * That writes answers with a function told of each of their properties, which takes three times as long: the data is written here.
 */
export function createGraphqlHttpHandler(
  schema: GraphQLSchema,
  prepare: (query: string) => PreparedOperation,
  logger: Logger,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const writing = writingSchema(schema, writtenFields);
  const handle = createHandler<IncomingMessage, AnswerData, AnswerData>({
    onSubscribe: ({ context }, { query, operationName, variables }) => {
      const prepared = prepare(query);
      if ('errors' in prepared) return prepared.errors;
      const { document } = prepared;
      return { schema: introspects(document) ? schema : writing, document, operationName: operationName ?? null, variableValues: variables ?? null, contextValue: context };
    },
    execute: async (args) => {
      const result = await execute(args);
      if (!result.data) return result;
      (args.contextValue as AnswerData).text = JSON.stringify(result.data);
      return { ...result, data: { toJSON: () => mark } };
    },
    formatError: (error) => formatGraphqlError(error, logger),
  });

  return async (req, res) => {
    try {
      const body = req.method === 'POST' ? (await readBody(req, maxBody)).toString('utf8') : null;
      const data: AnswerData = { text: '', apart: new ApartJson() };
      const [answer, init] = await handle({ method: req.method ?? '', url: req.url ?? '', headers: req.headers, body, raw: req, context: data });
      const whole = data.apart.whole(answer === null ? '' : answer.replace(`"${mark}"`, () => data.text));
      const encoding = whole.length < worthCompressing ? null : acceptedEncoding(req.headers['accept-encoding']);
      const sent = encoding === null ? whole : await compress(whole, encoding);
      if (encoding !== null) letGo([whole]);
      res.writeHead(init.status, init.statusText, {
        ...init.headers, 'cache-control': 'no-store', 'content-length': sent.length, vary: 'accept-encoding', ...encoding === null ? {} : { 'content-encoding': encoding },
      });
      res.end(sent);
    } catch (error) {
      const tooLarge = error instanceof BodyTooLarge;
      const shown = tooLarge ? new GraphQLError(error.message, { extensions: { code: 'LIMIT_EXCEEDED' } }) : formatGraphqlError(new GraphQLError('', { originalError: error instanceof Error ? error : null }), logger);
      if (res.headersSent) return void res.destroy();
      res.writeHead(tooLarge ? 413 : 500, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', connection: 'close' });
      res.end(JSON.stringify({ errors: [shown] }));
    }
  };
}
