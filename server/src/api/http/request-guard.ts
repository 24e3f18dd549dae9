import { isIP } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Who may talk to this process from a browser. Host names are compared without port and case. */
export interface GuardPolicy {
  readonly hosts: ReadonlySet<string>;
  /** True where the server is bound to a wildcard address: then any literal address of the machine is a right Host too. */
  readonly anyAddress: boolean;
  /** Further origins, `scheme://host[:port]`, beside the page's own. */
  readonly origins: ReadonlySet<string>;
}

/** Why a request is refused, and what to do where it was meant. */
export interface Refusal {
  readonly status: 403 | 415 | 421;
  readonly code: 'HOST_NOT_ALLOWED' | 'ORIGIN_NOT_ALLOWED' | 'CROSS_SITE' | 'SIMPLE_CONTENT_TYPE';
  readonly message: string;
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];
const wildcards: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]']);

/** The policy of a server bound to `bindHost`: loopback names and its own are always right. */
export function guardPolicy(bindHost: string, allowedHosts: readonly string[], allowedOrigins: readonly string[]): GuardPolicy {
  const own = isIP(bindHost) === 6 ? `[${bindHost}]` : bindHost;
  return {
    hosts: new Set([...loopbackNames, own, ...allowedHosts].map((host) => host.toLowerCase())),
    anyAddress: wildcards.has(bindHost),
    origins: new Set(allowedOrigins.map((origin) => origin.toLowerCase())),
  };
}

/**
 * Refuses what a hostile page could make a browser send to a server that has no login:
 * a foreign Host (DNS rebinding), a foreign Origin or a cross-site subresource (cross-site requests and
 * WebSockets), and bodies that a plain form can post.
 */
export function refuse(request: Pick<IncomingMessage, 'method' | 'headers'>, policy: GuardPolicy): Refusal | null {
  const host = (request.headers.host ?? '').toLowerCase();
  const name = host.replace(/:\d+$/, '');
  const address = isIP(name.replace(/^\[|\]$/g, '')) !== 0;
  if (!policy.hosts.has(name) && !(policy.anyAddress && address)) {
    return { status: 421, code: 'HOST_NOT_ALLOWED', message: 'this Host is not served here; add it to server.allowedHosts if it is right' };
  }
  const origin = request.headers.origin?.toLowerCase();
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}` && !policy.origins.has(origin)) {
    return { status: 403, code: 'ORIGIN_NOT_ALLOWED', message: 'this Origin may not call Orrery; add it to server.allowedOrigins if it is right' };
  }
  const site = request.headers['sec-fetch-site'];
  const foreign = site === 'cross-site' || site === 'same-site';
  if (foreign && origin === undefined && request.headers['sec-fetch-mode'] !== 'navigate') {
    return { status: 403, code: 'CROSS_SITE', message: 'pages of other sites may link to Orrery, not load from it' };
  }
  if (request.method === 'POST' && isSimple(request.headers['content-type'])) {
    return { status: 415, code: 'SIMPLE_CONTENT_TYPE', message: 'send a Content-Type that a plain form cannot send, such as application/json or application/x-ndjson' };
  }
  return null;
}

/** The content types that a page of any site may post without asking first (Fetch standard, «CORS-safelisted»). */
function isSimple(contentType: string | undefined): boolean {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return type === '' || type === 'text/plain' || type === 'multipart/form-data' || type === 'application/x-www-form-urlencoded';
}

/** The guard as middleware for every route. */
export function guardMiddleware(policy: GuardPolicy): (req: IncomingMessage, res: ServerResponse, next: () => void) => void {
  return (req, res, next) => {
    const refusal = refuse(req, policy);
    if (!refusal) return next();
    res.writeHead(refusal.status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    res.end(JSON.stringify({ error: { code: refusal.code, message: refusal.message } }));
  };
}
