import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FLOWS } from './tokens.ts';

export type FlowsHandler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** `POST /api/v1/flows`: the collectors' handler, on the port of the API. */
@Controller('api/v1/flows')
export class FlowsController {
  readonly #handler: FlowsHandler;

  constructor(@Inject(FLOWS) handler: FlowsHandler) {
    this.#handler = handler;
  }

  @Post()
  async post(@Req() req: IncomingMessage, @Res() res: ServerResponse): Promise<void> {
    await this.#handler(req, res);
  }
}
