import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { sendError } from './http/send-error.ts';
import { FLOWS, LOGGER } from './tokens.ts';

/** Answers `POST /api/v1/flows`, whatever is sent. */
export type FlowsHandler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** `POST /api/v1/flows`: the collectors' handler, on the port of the API. */
@Controller('api/v1/flows')
export class FlowsController {
  readonly #handler: FlowsHandler;
  readonly #logger: Logger;

  constructor(@Inject(FLOWS) handler: FlowsHandler, @Inject(LOGGER) logger: Logger) {
    this.#handler = handler;
    this.#logger = logger;
  }

  @Post()
  async post(@Req() req: IncomingMessage, @Res() res: ServerResponse): Promise<void> {
    await this.#handler(req, res).catch((error: unknown) => sendError(res, error, this.#logger));
  }
}
