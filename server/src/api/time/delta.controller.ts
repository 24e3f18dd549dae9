import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { deltaColumns } from '../../inference/diff/delta-columns.ts';
import { sendError } from '../http/send-error.ts';
import { LOGGER, TIMES } from '../tokens.ts';
import { deltaQuery } from './delta-query.ts';
import type { Times } from './times.ts';

/** `GET /api/graph-diff?beforeFrom=&beforeTo=&afterFrom=&afterTo=` or `?time=&length=&margin=`: the columns of `graphDeltaColumns`. */
@Controller('api/graph-diff')
export class DeltaController {
  readonly #times: Times;
  readonly #logger: Logger;

  constructor(@Inject(TIMES) times: Times, @Inject(LOGGER) logger: Logger) {
    this.#times = times;
    this.#logger = logger;
  }

  @Get()
  async get(@Query() query: Readonly<Record<string, unknown>>, @Res() res: ServerResponse): Promise<void> {
    try {
      const { windows, input } = deltaQuery(query);
      const body = Buffer.from(JSON.stringify(deltaColumns(await this.#times.compare(windows, input))));
      res.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length, 'cache-control': 'private, no-cache' });
      res.end(body);
    } catch (error) {
      sendError(res, error, this.#logger);
    }
  }
}
