import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { readBody } from '../http/read-body.ts';
import { sendError } from '../http/send-error.ts';
import { FINDING_STAKES, LOGGER } from '../tokens.ts';
import type { FindingStakes } from './finding-stakes.ts';
import { stakesRequestFrom } from './stakes-request.ts';

const mostBytes = 32 * 1024 * 1024;

/** `POST /api/v1/findings/at-stake`: what findings of manifests that are not applied would touch, as `orrery validate --against` asks. */
@Controller('api/v1/findings/at-stake')
export class StakesController {
  readonly #stakes: FindingStakes;
  readonly #logger: Logger;

  constructor(@Inject(FINDING_STAKES) stakes: FindingStakes, @Inject(LOGGER) logger: Logger) {
    this.#stakes = stakes;
    this.#logger = logger;
  }

  @Post()
  async post(@Req() req: IncomingMessage, @Res() res: ServerResponse): Promise<void> {
    try {
      const answer = await this.#stakes.of(stakesRequestFrom((await readBody(req, mostBytes)).toString('utf8')));
      res.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
      res.end(JSON.stringify(answer));
    } catch (error) {
      sendError(res, error, this.#logger);
    }
  }
}
