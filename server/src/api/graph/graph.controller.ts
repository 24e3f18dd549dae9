import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { sendError } from '../http/send-error.ts';
import { GRAPHS, LOGGER } from '../tokens.ts';
import { graphInputFromQuery } from './graph-query.ts';
import type { Graphs } from './graphs.ts';
import { sendSnapshot } from './send-snapshot.ts';

/** `GET /api/graph?type=&from=&to=&namespaces=a,b&idle=…`, every field of `GraphInput` by its name, lists with commas: the columns of `graphColumns` without GraphQL around them. */
@Controller('api/graph')
export class GraphController {
  readonly #graphs: Graphs;
  readonly #logger: Logger;

  constructor(@Inject(GRAPHS) graphs: Graphs, @Inject(LOGGER) logger: Logger) {
    this.#graphs = graphs;
    this.#logger = logger;
  }

  @Get()
  async get(@Query() query: Readonly<Record<string, unknown>>, @Req() req: IncomingMessage, @Res() res: ServerResponse): Promise<void> {
    try {
      await sendSnapshot(await this.#graphs.snapshot(graphInputFromQuery(query)), req, res);
    } catch (error) {
      sendError(res, error, this.#logger);
    }
  }
}
