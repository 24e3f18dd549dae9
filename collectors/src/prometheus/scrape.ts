import type { Target } from './targets.ts';

/** What limits one exchange with a target. */
export interface ScrapeLimits {
  readonly timeoutMs: number;
  /** Bytes of the body after decompression. */
  readonly bodyBytes: number;
}

/** Where the body goes while it arrives. */
export interface PageReader {
  push(chunk: Uint8Array): void;
}

/** The target could not be scraped; the message says why, without credentials or raw input. */
export class ScrapeError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ScrapeError';
  }
}

const accept = 'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

/**
 * Fetches a page and hands it over piece by piece. `open` is called with the format once the headers are there.
 * Redirects are refused: a target is what its configuration says, nowhere else.
 * @throws ScrapeError
 */
export async function fetchPage(
  target: Target,
  limits: ScrapeLimits,
  fetch: typeof globalThis.fetch,
  open: (format: 'text' | 'openmetrics') => PageReader,
): Promise<void> {
  const signal = AbortSignal.timeout(limits.timeoutMs);
  try {
    const response = await fetch(target.url, {
      headers: { accept, 'accept-encoding': 'gzip', ...target.authorization === '' ? {} : { authorization: target.authorization } },
      redirect: 'manual',
      signal,
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      const isRedirect = response.status >= 300 && response.status < 400;
      throw new ScrapeError(isRedirect ? `HTTP ${response.status}: redirects are not followed` : `HTTP ${response.status}`);
    }
    const reader = open(response.headers.get('content-type')?.includes('application/openmetrics-text') === true ? 'openmetrics' : 'text');
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > limits.bodyBytes) throw new ScrapeError(`the page is longer than ${limits.bodyBytes} bytes`);
      reader.push(chunk);
    }
  } catch (error) {
    if (error instanceof ScrapeError) throw error;
    throw new ScrapeError(signal.aborted ? `no whole answer within ${limits.timeoutMs} ms` : reasonOf(error), { cause: error });
  }
}

/** Node's network errors by their code, e.g. `connection refused`; the address stays out of it. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = codeOf(cause) ?? codeOf(error);
  switch (code) {
    case 'ECONNREFUSED': return 'connection refused';
    case 'ECONNRESET': case 'UND_ERR_SOCKET': return 'connection closed by the target';
    case 'ENOTFOUND': case 'EAI_AGAIN': return 'host name not found';
    case 'EHOSTUNREACH': case 'ENETUNREACH': return 'host not reachable';
    case undefined: return error instanceof Error ? `the exchange failed (${error.name})` : 'the exchange failed';
    default: return `the exchange failed (${code})`;
  }
}

function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
