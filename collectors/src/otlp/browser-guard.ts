import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { GrpcCode } from './grpc-status.ts';
import { isLoopback } from './is-loopback.ts';

/** Which pages may send telemetry from a browser. */
export interface BrowserPolicy {
  /** `scheme://host[:port]`, lower case. */
  readonly origins: ReadonlySet<string>;
  /** Names beside those that nobody on the Internet can own, lower case; null = any name. */
  readonly hosts: ReadonlySet<string> | null;
}

/** Why a request is not taken, as HTTP and as gRPC say it. */
export interface ForeignRequest { readonly status: 403 | 421; readonly code: GrpcCode; readonly message: string }

/**
 * The policy of a receiver bound to `bindHost`. Beyond loopback any `Host` is right: senders use the names that their
 * network gives the receiver.
 */
export function browserPolicy(bindHost: string, allowedHosts: readonly string[], allowedOrigins: readonly string[]): BrowserPolicy {
  return {
    origins: new Set(allowedOrigins.map((origin) => new URL(origin).origin)),
    hosts: isLoopback(bindHost) ? new Set(allowedHosts.map((host) => host.toLowerCase())) : null,
  };
}

/**
 * Refuses what a hostile page makes a browser send to a receiver without a login. Browsers name the page in `Origin` of every
 * POST, also where the page's own name was made to point here (DNS rebinding), and no page comes from here: only configured
 * origins are right. `Host` says the same of browsers that leave `Origin` out. SDKs and collectors send no `Origin`.
 */
export function refuseForeign(headers: Pick<IncomingHttpHeaders, 'host' | 'origin'>, { origins, hosts }: BrowserPolicy): ForeignRequest | null {
  if (headers.origin !== undefined && !origins.has(headers.origin.toLowerCase())) {
    return { status: 403, code: GrpcCode.permissionDenied, message: 'this Origin may not send telemetry; add it to otlp.allowedOrigins if it is right' };
  }
  const name = (headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  if (hosts !== null && !hosts.has(name) && !isNobodysName(name)) {
    return { status: 421, code: GrpcCode.permissionDenied, message: 'this Host is not served here; add it to otlp.allowedHosts if it is right' };
  }
  return null;
}

/** Headers of every answer to a page that may send telemetry. */
export function corsHeaders(origin: string | undefined, { origins }: BrowserPolicy): Readonly<Record<string, string>> {
  if (origins.size === 0) return {};
  return origin !== undefined && origins.has(origin.toLowerCase()) ? { 'access-control-allow-origin': origin, vary: 'Origin' } : { vary: 'Origin' };
}

/** What a preflight of such a page is answered; `requested` is its `Access-Control-Request-Headers`. */
export function preflightHeaders(requested: string | undefined): Readonly<Record<string, string>> {
  return { 'access-control-allow-methods': 'POST', 'access-control-allow-headers': requested ?? 'content-type', 'access-control-max-age': '600' };
}

/** Addresses, plain names and `.internal` (containers reach their host by it): no zone of the Internet leads from them to here. */
function isNobodysName(name: string): boolean {
  return !name.includes('.') || isIP(name) !== 0 || /^\[[0-9a-f:.]+\]$/.test(name) || name.endsWith('.localhost') || name.endsWith('.internal');
}
