import { createHash, type Hash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import type { z } from 'zod';
import { BadBundle, bundleContents, bundleHeader, contentsEntry, headerEntry, tableOfPiece, type BundleContents, type BundleHeader, type BundlePiece } from './manifest.ts';

/** Given the parts of a bundle as they come, one after the other; what they throw ends the reading. */
export interface BundleHandlers {
  /** Comes first, once. */
  header(header: BundleHeader): Promise<void> | void;
  piece(piece: Pick<BundlePiece, 'table' | 'body'>): Promise<void>;
}

/** Largest piece that a bundle may hold: far above what recording writes. */
const maxPieceBytes = 256 * 1024 * 1024;
/** Largest bundle unpacked: a bound on what a small file can swell to. */
const maxBytes = 64 * 1024 ** 3;

/**
 * Reads a bundle from its bytes, piece by piece, and checks it against its own list.
 * @throws BadBundle
 */
export async function readBundle(input: Readable, handlers: BundleHandlers): Promise<BundleContents> {
  const found = new Map<string, { pieces: number; bytes: number; hash: Hash }>();
  let headerSeen = false, total = 0;
  let contents: BundleContents | undefined;

  const take = async (name: string, body: Uint8Array): Promise<void> => {
    if (!headerSeen) {
      if (name !== headerEntry) throw new BadBundle(`this is no bundle of Orrery: it begins with «${name.slice(0, 80)}»`);
      headerSeen = true;
      await handlers.header(parse(bundleHeader, body, headerEntry));
      return;
    }
    if (contents) throw new BadBundle(`there is something after ${contentsEntry}`);
    if (name === contentsEntry) {
      contents = parse(bundleContents, body, contentsEntry);
      return;
    }
    const piece = tableOfPiece(name);
    if (piece === null) throw new BadBundle(`an entry that no bundle has: «${name.slice(0, 80)}»`);
    const table = found.get(piece) ?? { pieces: 0, bytes: 0, hash: createHash('sha256') };
    found.set(piece, table);
    table.pieces++;
    table.bytes += body.length;
    table.hash.update(body);
    await handlers.piece({ table: piece, body });
  };

  const tar = extract();
  tar.on('entry', ({ name, size }, stream, next) => {
    total += size;
    if (size > maxPieceBytes || total > maxBytes) {
      next(new BadBundle(`an entry or the whole is too large: «${name.slice(0, 80)}», ${size} bytes`));
      return;
    }
    const chunks: Uint8Array[] = [];
    stream.on('data', (chunk) => { chunks.push(chunk as Uint8Array); });
    stream.on('error', next);
    stream.on('end', () => { take(name, Buffer.concat(chunks)).then(() => { next(); }, next); });
  });
  try {
    await pipeline(input, createGunzip(), tar as unknown as NodeJS.WritableStream);
  } catch (error) {
    throw error instanceof BadBundle ? error : damaged(error);
  }
  if (!contents) throw new BadBundle('the bundle is cut off: its list of contents is missing');
  verify(contents, found);
  return contents;
}

/** What gzip and tar say of broken bytes, in the words of a bundle; other failures stay what they are. */
function damaged(error: unknown): unknown {
  const { code, message } = error instanceof Error ? error as NodeJS.ErrnoException : { code: '', message: String(error) };
  if (code === 'Z_BUF_ERROR' || /unexpected end of data/i.test(message)) return new BadBundle('the bundle is cut off');
  if (code?.startsWith('Z_') === true) return new BadBundle(`this is no bundle of Orrery: it is not gzip (${message})`);
  return /invalid tar header/i.test(message) ? new BadBundle(`the bundle is damaged (${message})`) : error;
}

function parse<T>(schema: z.ZodType<T>, body: Uint8Array, name: string): T {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString());
  } catch {
    throw new BadBundle(`${name} is not JSON`);
  }
  const version = (value as { formatVersion?: unknown } | null)?.formatVersion;
  if (name === headerEntry && typeof version === 'number' && version > 1) throw new BadBundle(`the bundle is of format ${version}; this Orrery reads format 1: use a newer one`);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new BadBundle(`${name}: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()).slice(0, 5).join('; ')}`);
}

function verify(contents: BundleContents, found: ReadonlyMap<string, { pieces: number; bytes: number; hash: Hash }>): void {
  const listed = new Set(contents.tables.map(({ name }) => name));
  for (const name of found.keys()) if (!listed.has(name)) throw new BadBundle(`the bundle holds ${name}, which its list does not name`);
  for (const { name, pieces, bytes, sha256 } of contents.tables) {
    const table = found.get(name);
    if (table?.pieces !== pieces || table.bytes !== bytes || table.hash.digest('hex') !== sha256) throw new BadBundle(`${name} is not what was recorded: the bundle was changed or damaged`);
  }
}
