import { fixedHex, uint8 } from '../native-types.ts';
import { column, tableRow } from '../native-block.ts';

/** The one row that makes a database an installation: its key of edge ids. */
export interface InstallationRow {
  readonly epoch: number;
  /** 32 hex digits. */
  readonly edgeKey: string;
}

/** Columns of `installation`: of several rows of an epoch that made first counts. */
export const installationRow = tableRow<InstallationRow>('installation', [
  column('epoch', uint8, (r) => r.epoch),
  column('edge_key', fixedHex(16), (r) => r.edgeKey),
]);
