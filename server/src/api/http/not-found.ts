import { ExpressAdapter } from '@nestjs/platform-express';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from '../errors.ts';

const longestPath = 200;

/** Express under Nest, whose answer to what nobody serves is an error of the API like any other. */
export class ApiAdapter extends ExpressAdapter {
  override setNotFoundHandler(): this {
    this.use(sendNotFound);
    return this;
  }
}

/** 404, with the path as it was asked for: without its query, which may hold what is nobody's business. */
function sendNotFound(req: IncomingMessage, res: ServerResponse): void {
  const path = (req.url ?? '').split('?')[0]!.slice(0, longestPath);
  const { status, code, message } = new ApiError('NOT_FOUND', `nothing is served at ${req.method} ${path}: GraphQL is at /graphql, the whole graph at /api/graph, the console at /`);
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  res.end(JSON.stringify({ error: { code, message } }));
}
