import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { ApiError } from '../errors.ts';
import { readBody } from '../http/read-body.ts';
import { sendError } from '../http/send-error.ts';
import { EVENT_INTAKE, LOGGER } from '../tokens.ts';
import type { EventIntake } from './event-intake.ts';
import { mostBytes } from './event-request.ts';

/** `POST /api/v1/events`: one event or an array of them as JSON. 200 where any was stored, 400 where none was; each refused item is named. */
@Controller('api/v1/events')
export class EventsController {
  readonly #intake: EventIntake;
  readonly #logger: Logger;

  constructor(@Inject(EVENT_INTAKE) intake: EventIntake, @Inject(LOGGER) logger: Logger) {
    this.#intake = intake;
    this.#logger = logger;
  }

  @Post()
  async post(@Req() req: IncomingMessage, @Res() res: ServerResponse): Promise<void> {
    try {
      const body = new TextDecoder().decode(await readBody(req, mostBytes));
      const taken = await this.#intake.take(body);
      res.writeHead(taken.stored === 0 ? 400 : 200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
      res.end(JSON.stringify(taken));
    } catch (error) {
      if (error instanceof ApiError && (error.code === 'BAD_INPUT' || error.code === 'BODY_TOO_LARGE')) this.#intake.refuse(error.message);
      sendError(res, error, this.#logger);
    }
  }
}
