import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { AbstractGraphQLDriver, type GqlModuleOptions } from '@nestjs/graphql';
import type { Logger } from 'pino';
import type { GuardPolicy } from '../http/request-guard.ts';
import { createGraphqlHttpHandler } from './http-handler.ts';
import type { QueryLimits } from './limits.ts';
import { createOperations } from './operations.ts';
import { defaultWsLimits, serveGraphqlWs } from './ws-server.ts';

/** What the driver is told beside what Nest gives it. */
export interface GraphqlDriverOptions extends GqlModuleOptions {
  readonly limits: QueryLimits;
  readonly introspection: boolean;
  readonly policy: GuardPolicy;
  readonly logger: Logger;
}

interface Router {
  all(path: string, handler: (req: IncomingMessage, res: ServerResponse) => Promise<void>): void;
}

/** Serves Nest's executable schema at `/graphql`: HTTP by `graphql-http`, subscriptions by `graphql-ws`. */
export class GraphqlDriver extends AbstractGraphQLDriver<GraphqlDriverOptions> {
  #stop: () => Promise<void> = () => Promise.resolve();

  start(options: GraphqlDriverOptions): Promise<void> {
    const { schema, path = '/graphql', limits, introspection, policy, logger } = options;
    if (!schema) throw new Error('Nest made no schema from the SDL and the resolvers');
    const prepare = createOperations(schema, limits, introspection);
    const router = this.httpAdapterHost.httpAdapter.getInstance<Router>();
    router.all(path, createGraphqlHttpHandler(schema, prepare, logger));
    const server = this.httpAdapterHost.httpAdapter.getHttpServer() as Server;
    this.#stop = serveGraphqlWs(server, { path, schema, prepare, policy, limits: defaultWsLimits, logger });
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.#stop();
  }
}
