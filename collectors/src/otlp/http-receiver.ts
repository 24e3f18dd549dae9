import { createServer } from 'node:http';
import type { Logger } from 'pino';
import { handleExport, type HttpExportOptions } from './http-export.ts';
import { listen, type Receiver } from './receiver.ts';

export interface HttpReceiverOptions extends HttpExportOptions {
  readonly host: string;
  readonly port: number;
  readonly maxConnections: number;
  readonly requestTimeoutMs: number;
  readonly logger: Logger;
}

/** Listens for OTLP/HTTP. Slow senders are cut off by time, and connections are bounded. */
export async function openHttpReceiver(options: HttpReceiverOptions): Promise<Receiver> {
  let draining = false;
  const server = createServer({
    requestTimeout: options.requestTimeoutMs,
    headersTimeout: Math.min(10_000, options.requestTimeoutMs),
    connectionsCheckingInterval: Math.min(5000, options.requestTimeoutMs),
    keepAliveTimeout: 65_000,
    maxHeaderSize: 16 * 1024,
  }, (request, response) => {
    if (draining) response.setHeader('connection', 'close');
    handleExport(request, response, options).catch((error: unknown) => {
      options.logger.error({ err: error }, 'OTLP/HTTP request failed');
      response.destroy();
    });
  });
  server.maxConnections = options.maxConnections;
  const address = await listen(server, options.host, options.port);

  return {
    address,
    stop: (graceMs) =>
      new Promise((resolve) => {
        draining = true;
        const cut = setTimeout(() => server.closeAllConnections(), graceMs);
        const idle = setInterval(() => server.closeIdleConnections(), 50);
        server.close(() => {
          clearTimeout(cut);
          clearInterval(idle);
          resolve();
        });
      }),
  };
}
