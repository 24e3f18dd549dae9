import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { handleExport, type HttpExportOptions } from './http-export.ts';
import { listen, type Receiver } from './receiver.ts';

/** Where OTLP/HTTP is received, and within which bounds. */
export interface HttpReceiverOptions extends HttpExportOptions {
  readonly host: string;
  readonly port: number;
  readonly maxConnections: number;
  readonly requestTimeoutMs: number;
  readonly logger: Logger;
}

/** Listens for OTLP/HTTP. Slow senders are cut off by time, and connections are bounded. */
export async function openHttpReceiver(options: HttpReceiverOptions): Promise<Receiver> {
  const sockets = new Set<Socket>();
  const answering = new Map<Socket, IncomingMessage>();
  let draining = false;
  const server = createServer({
    requestTimeout: options.requestTimeoutMs,
    headersTimeout: Math.min(10_000, options.requestTimeoutMs),
    connectionsCheckingInterval: Math.min(5000, options.requestTimeoutMs),
    keepAliveTimeout: 65_000,
    maxHeaderSize: 16 * 1024,
  }, (request, response) => {
    answering.set(request.socket, request);
    response.once('close', () => {
      answering.delete(request.socket);
      if (draining) request.socket.destroySoon();
    });
    handleExport(request, response, options).catch((error: unknown) => {
      options.logger.error({ err: error }, 'OTLP/HTTP request failed');
      response.destroy();
    });
  });
  server.maxConnections = options.maxConnections;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const address = await listen(server, options.host, options.port);

  return {
    address,
    stop: async (graceMs) => {
      draining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) {
        // Only what has arrived whole is waited for; the rest was never acknowledged and comes again.
        if (answering.get(socket)?.complete !== true) socket.destroy();
      }
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}
