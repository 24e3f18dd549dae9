import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Page } from './mesh.ts';

/** Serves the pages of all proxies on one loopback port, each under its own path, with the headers of the real ones. */
export async function startMetricsServer(pages: readonly Page[], now: () => number, port = 0): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const byPath = new Map(pages.map((page) => [page.path, page]));
  const server = createServer((request, response) => {
    const page = byPath.get(request.url ?? '');
    if (!page) {
      response.writeHead(404).end();
      return;
    }
    const openMetrics = page.kind === 'ztunnel' && (request.headers.accept ?? '').includes('application/openmetrics-text');
    response.setHeader('content-type', openMetrics
      ? 'application/openmetrics-text;charset=utf-8;version=1.0.0'
      : page.kind === 'ztunnel' ? 'text/plain; charset=utf-8' : 'text/plain; charset=UTF-8');
    const body = page.render(now());
    if ((request.headers['accept-encoding'] ?? '').includes('gzip')) response.setHeader('content-encoding', 'gzip').end(gzipSync(body, { level: 1 }));
    else response.end(body);
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', done);
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((done) => { server.close(() => { done(); }); server.closeAllConnections(); }),
  };
}
