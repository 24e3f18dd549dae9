import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import { formatGraphqlError } from '../errors.ts';
import { refuse, type GuardPolicy } from '../http/request-guard.ts';
import type { PreparedOperation } from './operations.ts';
import { shareJson, SharedJsonSocket } from './shared-json.ts';

export interface WsLimits {
  readonly connections: number;
  readonly operationsPerConnection: number;
}

/** Bounds where nothing else is set. */
export const defaultWsLimits: WsLimits = { connections: 500, operationsPerConnection: 10 };

/** Largest message a client may send, in bytes. */
const maxPayload = 64 * 1024;

export interface WsServerOptions {
  readonly path: string;
  readonly schema: GraphQLSchema;
  readonly prepare: (query: string) => PreparedOperation;
  readonly policy: GuardPolicy;
  readonly limits: WsLimits;
  readonly logger: Logger;
}

/** Serves graphql-transport-ws on upgrades of `path`; returns how to stop. Host and Origin are checked before the handshake. */
export function serveGraphqlWs(http: Server, options: WsServerOptions): () => Promise<void> {
  const { path, schema, prepare, policy, limits, logger } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload, WebSocket: SharedJsonSocket });
  const running = new Map<unknown, number>();

  const upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', (err) => logger.debug({ err }, 'socket failed in its handshake'));
    const refusal = refuse(req, policy);
    if (refusal) return reject(socket, refusal.status, refusal.message);
    if ((req.url ?? '').split('?')[0] !== path) return reject(socket, 404, `WebSockets are served at ${path}`);
    if (sockets.clients.size >= limits.connections) return reject(socket, 503, 'too many connections');
    sockets.handleUpgrade(req, socket, head, (ws) => sockets.emit('connection', ws, req));
  };

  const server = useServer(
    {
      isProd: true,
      schema,
      onSubscribe: (ctx, _id, { query, operationName, variables }) => {
        const prepared = prepare(query);
        if ('errors' in prepared) return prepared.errors;
        const count = (running.get(ctx.extra) ?? 0) + 1;
        if (count > limits.operationsPerConnection) return [formatGraphqlError(new TooManyOperations(limits.operationsPerConnection), logger)];
        running.set(ctx.extra, count);
        return { schema, document: prepared.document, operationName: operationName ?? null, variableValues: variables ?? null };
      },
      onError: (_ctx, _id, _payload, errors) => errors.map((error) => formatGraphqlError(error, logger).toJSON()),
      onNext: (_ctx, _id, _payload, _args, { data, errors }) => ({
        data: data ? shareJson(data as Record<string, unknown>) : null,
        ...errors ? { errors: errors.map((error) => formatGraphqlError(error, logger).toJSON()) } : {},
      }),
      onComplete: (ctx) => void running.set(ctx.extra, Math.max(0, (running.get(ctx.extra) ?? 1) - 1)),
      onClose: (ctx) => void running.delete(ctx.extra),
    },
    sockets,
  );

  http.on('upgrade', upgrade);
  return async () => {
    http.off('upgrade', upgrade);
    await server.dispose();
  };
}

class TooManyOperations extends Error {
  constructor(limit: number) {
    super(`one connection runs at most ${limit} operations at a time`);
  }
}

function reject(socket: Duplex, status: number, message: string): void {
  const reason = status === 404 ? 'Not Found' : status === 503 ? 'Service Unavailable' : 'Forbidden';
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(message)}\r\n\r\n${message}`);
}
