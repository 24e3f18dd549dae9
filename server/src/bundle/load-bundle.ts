import type { Readable } from 'node:stream';
import { BadBundle, type BundleHeader, type BundlePiece } from './manifest.ts';
import { readBundle } from './read-bundle.ts';

/** Where a replay's bundle comes from. */
export interface ReplaySource {
  open(): Readable;
  /** Called with the bytes of each piece that was loaded. */
  progress(bytes: number): void;
}

/**
 * Loads a bundle into an empty store.
 * @param schemaVersion number of the newest migration that this Orrery knows
 * @returns its header
 * @throws BadBundle
 */
export async function loadBundle(source: ReplaySource, writer: { write(piece: Pick<BundlePiece, 'table' | 'body'>): Promise<void> }, schemaVersion: number): Promise<BundleHeader> {
  let found: BundleHeader | undefined;
  await readBundle(source.open(), {
    header(header) {
      if (header.schemaVersion > schemaVersion) throw new BadBundle(`the bundle was recorded by a newer Orrery (${header.orreryVersion}): replay it with that one`);
      found = header;
    },
    async piece(piece) {
      await writer.write(piece);
      source.progress(piece.body.length);
    },
  });
  return found!;
}
