import { z } from 'zod';

/** A file is not a bundle, not a whole one, or one of another version. */
export class BadBundle extends Error {}

/** First entry of a bundle: what it is, before anything of it is loaded. */
export const headerEntry = 'bundle.json';
/** Last entry: what must have come before it. A bundle without it was cut off. */
export const contentsEntry = 'contents.json';

const seconds = z.number().nonnegative().max(1e11);
const tableName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/);

/** What `bundle.json` must hold; an unknown field makes it another format. */
export const bundleHeader = z.strictObject({
  format: z.literal('orrery-bundle'),
  /** Raised when an older Orrery could misread what a newer one writes. */
  formatVersion: z.literal(1),
  orreryVersion: z.string().max(64),
  /** Number of the newest migration: an older Orrery would lose columns that it does not know. */
  schemaVersion: z.int().positive(),
  tenant: z.string().min(1).max(256),
  /** Unix seconds. */
  window: z.strictObject({ from: seconds, to: seconds }),
  /** How much of the time before the window is there too, for what is idle and for what changed. */
  lookbackSeconds: seconds,
  /** Unix ms on the recording machine; replay stops the clock there. */
  recordedAtMs: z.number().nonnegative(),
  title: z.string().max(200),
});

/** Which window of which Orrery a bundle holds. */
export type BundleHeader = z.infer<typeof bundleHeader>;

/** What `contents.json` must hold: every table with what was written of it. */
export const bundleContents = z.strictObject({
  tables: z.array(z.strictObject({
    name: tableName,
    pieces: z.int().nonnegative(),
    rows: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    /** SHA-256 over the pieces in order, hex. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  })).max(64),
});

/** What a whole bundle holds. */
export type BundleContents = z.infer<typeof bundleContents>;

/** What is to be recorded: [from − lookback, to) in Unix seconds. */
export interface BundleRange {
  readonly tenant: string;
  readonly from: number;
  readonly to: number;
  readonly lookbackSeconds: number;
}

/** Rows of one table: one or more whole blocks in ClickHouse's Native format. */
export interface BundlePiece {
  readonly table: string;
  readonly rows: number;
  readonly body: Uint8Array;
}

/** `tables/<table>/<number>.native`. */
export function pieceName(table: string, number: number): string {
  return `tables/${table}/${String(number).padStart(6, '0')}.native`;
}

/** The table of a piece by its name, null for any other name. */
export function tableOfPiece(name: string): string | null {
  return /^tables\/([a-z][a-z0-9_]{0,63})\/\d{6}\.native$/.exec(name)?.[1] ?? null;
}
