import { field, text } from './fields.ts';

/** A server that is compared with: where it is and how it lets somebody in. */
export interface Peer {
  readonly url: URL;
  /** The command-line option that named it. */
  readonly option: '--prometheus' | '--kiali';
  readonly headers: Readonly<Record<string, string>>;
  readonly get: typeof fetch;
}

/** The other side does not answer, or not as it should; one line, says what to do. */
export class PeerError extends Error {}

/** What a Prometheus or Kiali answered. */
export interface PeerAnswer { readonly status: number; /** null where it is no JSON. */ readonly body: unknown; readonly headers: Headers }

const timeoutSeconds = 60;

/**
 * The server at an address. A user and password in it are sent as Basic authentication, a token as Bearer.
 * @throws PeerError if it is no URL of HTTP
 */
export function peerAt(address: string, option: Peer['option'], token: string | undefined, get: typeof fetch): Peer {
  const url = URL.parse(address);
  // What is no URL may hold a password all the same, so it is not told.
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new PeerError(`${option} is a URL such as ${option === '--kiali' ? 'http://127.0.0.1:20001/kiali' : 'http://127.0.0.1:9090'}`);
  const { username, password } = url;
  url.username = url.password = url.hash = url.search = '';
  const basic = username === '' ? undefined : `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`;
  const authorization = token === undefined ? basic : `Bearer ${token}`;
  return { url, option, headers: authorization === undefined ? {} : { authorization }, get };
}

/** What somebody wrote with a bare % is meant as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Asks with parameters in the address, or with a form in the body: a query over a whole mesh is longer than an address may be. @throws PeerError */
export async function askPeer({ url, option, headers, get }: Peer, path: string, parameters: Readonly<Record<string, string>> = {}, how: 'query' | 'form' = 'query'): Promise<PeerAnswer> {
  const target = addressOf(url, path), fields = new URLSearchParams(parameters), signal = AbortSignal.timeout(timeoutSeconds * 1000);
  if (how === 'query') target.search = fields.toString();
  try {
    const response = await get(target, how === 'form' ? { method: 'POST', body: fields, headers, signal } : { headers, signal });
    const text = await response.text();
    return { status: response.status, body: decodeJson(text), headers: response.headers };
  } catch (error) {
    throw new PeerError(whyNot(error, url.origin, option), { cause: error });
  }
}

/** The JSON of an answer of 200. @throws PeerError */
export async function peerJson(peer: Peer, path: string, parameters: Readonly<Record<string, string>> = {}, how: 'query' | 'form' = 'query'): Promise<unknown> {
  const { status, body } = await askPeer(peer, path, parameters, how);
  if (status >= 200 && status < 300 && body !== null) return body;
  throw refused(peer, path, status, body);
}

/** What an answer that is none says, and what to do. */
export function refused({ url, option }: Peer, path: string, status: number, body: unknown): PeerError {
  const error = text(body, 'error') || text(field(body, 'error'), 'message'), said = error === '' ? '' : `: ${error.slice(0, 300)}`;
  const answered = `${addressOf(url, path).href} answered ${status}${said}`;
  if (status === 401 || status === 407) return new PeerError(`${answered}; ${option}-token names a file with a bearer token, or ${option} holds a user and password`);
  if (status === 403) return new PeerError(`${answered}; who asks may not see this`);
  if (status === 404 || (body === null && status < 300)) return new PeerError(`${answered}${body === null ? ' without JSON' : ''}; does ${option} name ${option === '--kiali' ? 'Kiali, with its web root such as /kiali' : 'a Prometheus, with its path prefix if it has one'}?`);
  return new PeerError(answered);
}

function addressOf(url: URL, path: string): URL {
  const target = new URL(url);
  target.pathname = `${target.pathname.replace(/\/$/, '')}/${path}`;
  return target;
}

function whyNot(error: unknown, origin: string, option: string): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `${origin} does not answer within ${timeoutSeconds} s; --namespace and a shorter --window ask for less`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  const text = cause instanceof Error && cause.message !== '' ? cause.message : code || String(cause);
  // A server that takes longer than it allows itself ends the connection without a status.
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET') return `${origin} ended the connection without an answer (${text}), as servers do that take longer than they may; --namespace and a shorter --window ask for less`;
  if (/CERT|VERIFY|SIGNATURE/.test(code)) return `${origin} is not trusted (${text}); NODE_EXTRA_CA_CERTS names a file of certificates to trust`;
  return `nothing answers at ${origin} (${text}); ${option} names it`;
}

function decodeJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
