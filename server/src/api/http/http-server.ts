import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { AppModule, type ApiParts } from '../../app.module.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';
import { ApiAdapter } from './not-found.ts';
import { observeRequests, type RequestObserver } from './observe-requests.ts';
import { guardMiddleware } from './request-guard.ts';
import { cacheControlOf, consolePages } from './static-ui.ts';
import { traceRequests, type RootSpan } from './trace-requests.ts';

/** Where the server listens, what it serves beside the API, and who is told of requests. */
export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  /** The built console, `web/dist`. */
  readonly consoleDirectory: string;
  readonly observe: RequestObserver;
  readonly rootSpan: RootSpan;
  readonly now: () => number;
}

/** A server that listens. */
export interface RunningHttpServer {
  readonly url: string;
  readonly address: string;
  stop(): Promise<void>;
}

/** Open connections, WebSockets included. */
const maxConnections = 2_000;

/** Starts the API and the console on one port; resolves once it listens. */
export async function startHttpServer(parts: ApiParts, options: HttpServerOptions): Promise<RunningHttpServer> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(parts), new ApiAdapter(), { logger: false, bodyParser: false, abortOnError: false });
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(observeRequests(options.observe, options.now));
  app.use(helmet({ contentSecurityPolicy, strictTransportSecurity: false }));
  app.use(guardMiddleware(parts.policy));
  app.use(traceRequests(options.rootSpan));
  app.useStaticAssets(options.consoleDirectory, { index: false, redirect: false, setHeaders: (res, path) => res.setHeader('cache-control', cacheControlOf(path)) });
  app.use(consolePages(options.consoleDirectory));
  const server = app.getHttpServer();
  server.requestTimeout = 60_000;
  server.maxConnections = maxConnections;
  try {
    await app.listen(options.port, options.host);
  } catch (error) {
    await app.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const name = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${name}:${port}`,
    address: `${name}:${port}`,
    async stop() {
      const closed = app.close();
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 2000).unref();
      await closed;
    },
  };
}
