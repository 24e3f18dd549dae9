import { createHash, type Hash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack, type Pack } from 'tar-stream';
import { contentsEntry, headerEntry, pieceName, type BundleContents, type BundleHeader, type BundlePiece } from './manifest.ts';

/** Called after each piece, for whoever shows progress. */
export type BundleProgress = (piece: BundlePiece) => void;

/**
 * Writes a bundle: a gzipped tar of the header, the pieces as they come and the list of what was written. Holds one
 * piece at a time; pieces of one table need not be neighbours.
 * @returns what the list says
 */
export async function writeBundle(header: BundleHeader, pieces: AsyncIterable<BundlePiece>, out: NodeJS.WritableStream, progress: BundleProgress = () => undefined): Promise<BundleContents> {
  const tar = pack();
  // The pipeline tells of failures; without a listener of its own a late one would end the process.
  tar.on('error', () => undefined);
  const written = pipeline(tar as unknown as NodeJS.ReadableStream, createGzip({ level: 6 }), out);
  // Awaited below; a failure of the receiver also ends the loop that fills the tar.
  written.catch((error: unknown) => { tar.destroy(error instanceof Error ? error : new Error(String(error))); });
  const tables = new Map<string, { pieces: number; rows: number; bytes: number; hash: Hash }>();
  try {
    await entry(tar, headerEntry, json(header), header.recordedAtMs);
    for await (const piece of pieces) {
      const table = tables.get(piece.table) ?? { pieces: 0, rows: 0, bytes: 0, hash: createHash('sha256') };
      tables.set(piece.table, table);
      await entry(tar, pieceName(piece.table, ++table.pieces), piece.body, header.recordedAtMs);
      table.rows += piece.rows;
      table.bytes += piece.body.length;
      table.hash.update(piece.body);
      progress(piece);
    }
    const contents: BundleContents = { tables: [...tables].map(([name, { hash, ...counts }]) => ({ name, ...counts, sha256: hash.digest('hex') })) };
    await entry(tar, contentsEntry, json(contents), header.recordedAtMs);
    tar.finalize();
    await written;
    return contents;
  } catch (error) {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
    await written.catch(() => undefined);
    throw error;
  }
}

const json = (value: unknown): Uint8Array => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

function entry(tar: Pack, name: string, body: Uint8Array, timeMs: number): Promise<void> {
  return new Promise((done, fail) => {
    tar.once('error', fail);
    const sink = tar.entry({ name, size: body.length, mtime: new Date(timeMs) }, (error) => {
      tar.off('error', fail);
      if (error) fail(error);
      else done();
    });
    // It ends with the tar, whose failure is told above.
    sink.on('error', () => undefined);
    sink.end(body);
  });
}
