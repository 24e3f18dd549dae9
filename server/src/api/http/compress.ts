import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';

/**
 * How an answer is compressed, best first. Columns of 20,000 edges, 2.2 MB: zstd at level 1 makes 0.56 MB of them in 5 ms,
 * gzip at level 1 0.62 MB in 16 (at 4: 0.58 MB in 23).
 */
const encodings = ['zstd', 'gzip'] as const;
/** A `content-encoding` that answers may have. */
export type Encoding = (typeof encodings)[number];

const gzipAsync = promisify(gzip), zstdAsync = promisify(zstdCompress);

/** The bytes in this encoding, by the thread pool. */
export async function compress(bytes: Buffer, encoding: Encoding): Promise<Buffer> {
  if (encoding === 'gzip') return gzipAsync(bytes, { level: 1 });
  return zstdAsync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

/** The best that an Accept-Encoding header takes (RFC 9110 §12.5.3); null for none of them. */
export function acceptedEncoding(header: string | string[] | undefined): Encoding | null {
  const accepted = String(header ?? '').toLowerCase().split(',').map((part) => part.trim().replace(/\s/g, ''));
  const weightOf = (name: string): boolean | null => {
    const one = accepted.find((part) => part === name || part.startsWith(`${name};`));
    return one === undefined ? null : !/;q=0(\.0*)?$/.test(one);
  };
  return encodings.find((name) => weightOf(name) ?? weightOf('*') ?? false) ?? null;
}
