import { Controller, Inject, Post, Query, Req, Res } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { ConfigUploads } from '../../kubernetes/upload.ts';
import { ApiError } from '../errors.ts';
import { BodyTooLarge, readBody } from '../http/read-body.ts';
import { sendError } from '../http/send-error.ts';
import { CONFIG_UPLOADS, LOGGER } from '../tokens.ts';
import { textOf, uploadFromQuery } from './config-upload.ts';

/** `POST /api/v1/config?cluster=&namespace=&whole=`: configuration of a cluster that is not watched, as YAML or JSON. */
@Controller('api/v1/config')
export class ConfigController {
  readonly #uploads: ConfigUploads | null;
  readonly #logger: Logger;

  constructor(@Inject(CONFIG_UPLOADS) uploads: ConfigUploads | null, @Inject(LOGGER) logger: Logger) {
    this.#uploads = uploads;
    this.#logger = logger;
  }

  @Post()
  async post(@Query() query: Readonly<Record<string, unknown>>, @Req() req: IncomingMessage, @Res() res: ServerResponse): Promise<void> {
    try {
      const uploads = this.#uploads;
      if (uploads === null) throw new ApiError('READ_ONLY', 'a replay takes nothing in');
      const request = uploadFromQuery(query);
      if (uploads.isWatched(request.cluster)) throw new ApiError('BAD_INPUT', `cluster: the configuration of ${request.cluster} is read from the cluster itself`);
      if (uploads.isFull()) throw new ApiError('LIMIT_EXCEEDED', 'as many uploads wait as may; try again in a while');
      const report = await uploads.upload({ ...request, text: textOf(await readBody(req, uploads.mostBytes)) });
      if (report.objects === 0 && report.problems.length === 0) throw new ApiError('BAD_INPUT', 'the body holds no object');
      res.writeHead(report.objects === 0 ? 400 : 200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
      res.end(JSON.stringify(report));
    } catch (error) {
      sendError(res, error instanceof BodyTooLarge ? new ApiError('BODY_TOO_LARGE', `${error.message}; kubernetes.maxUploadMb sets it`) : error, this.#logger);
    }
  }
}
