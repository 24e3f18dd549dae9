import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Bundles } from '../../bundle/bundles.ts';
import { ApiError } from '../errors.ts';
import { sendError } from '../http/send-error.ts';
import { BUNDLES, LOGGER } from '../tokens.ts';
import { bundleRequestFromQuery } from './bundle-query.ts';

/** `GET /api/v1/bundle?from=&to=&lookback=&title=`: what `orrery record` downloads. */
@Controller('api/v1/bundle')
export class BundleController {
  readonly #bundles: Bundles;
  readonly #logger: Logger;

  constructor(@Inject(BUNDLES) bundles: Bundles, @Inject(LOGGER) logger: Logger) {
    this.#bundles = bundles;
    this.#logger = logger;
  }

  @Get()
  async get(@Query() query: Readonly<Record<string, unknown>>, @Res() res: ServerResponse): Promise<void> {
    try {
      const request = bundleRequestFromQuery(query, Date.now() / 1000);
      if (this.#bundles.busy()) throw new ApiError('LIMIT_EXCEEDED', 'a bundle is being made already; try again when it is done');
      res.writeHead(200, {
        'content-type': 'application/gzip', 'cache-control': 'no-store',
        'content-disposition': `attachment; filename="orrery-${request.from}-${request.to}.tar.gz"`,
      });
      const { tables } = await this.#bundles.record(request, res);
      this.#logger.info({ from: request.from, to: request.to, rows: tables.reduce((sum, { rows }) => sum + rows, 0) }, 'bundle recorded');
    } catch (error) {
      sendError(res, error, this.#logger);
    }
  }
}
