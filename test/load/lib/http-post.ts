import { Agent, request } from 'node:http';

/** `length` is that of the answer's body: an OTLP response without partial success is empty. */
export interface Posted { readonly status: number; readonly retryAfterMs: number; readonly length: number }

/** Posts bytes over a few kept-alive connections; rejects where no answer came. */
export function createPoster(sockets = 8): { post(url: string, type: string, body: Buffer): Promise<Posted>; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  return {
    post: (url, type, body) => new Promise((done, fail) => {
      const call = request(url, { agent, method: 'POST', headers: { 'content-type': type, 'content-length': body.length }, timeout: 30_000 }, (response) => {
        let length = 0;
        response.on('data', (chunk: Buffer) => { length += chunk.length; });
        response.once('error', fail);
        response.once('end', () => { done({ status: response.statusCode ?? 0, retryAfterMs: Number(response.headers['retry-after'] ?? 0) * 1000, length }); });
      });
      call.once('timeout', () => call.destroy(new Error('no answer within 30 s')));
      call.once('error', fail);
      call.end(body);
    }),
    close: () => { agent.destroy(); },
  };
}
