import type { TimeWindow } from '@orrery/collectors/model/time-window';
import type { Scope } from '../../inference/ports.ts';

/** When a certificate runs out, as it was last told in a window, and who told it. */
export interface CertificateExpiry {
  /** Of the workload whose pod told it; `''` where the address that was scraped belongs to nobody that is known. */
  readonly cluster: string;
  readonly namespace: string;
  readonly workload: string;
  /** Of the workload itself, of the authority that signed it, or what all trust. */
  readonly role: 'leaf' | 'issuer' | 'root';
  /** The gauge, e.g. `citadel_server_root_cert_expiry_timestamp`. */
  readonly metric: string;
  /** Unix seconds. */
  readonly expiresAt: number;
  /** When it was told, Unix seconds. */
  readonly toldAt: number;
}

/** Reads when certificates end, as proxies tell it. */
export interface CertificateReader {
  /** What was told last in the window of each certificate. Gauges are kept for six hours. */
  certificates(scope: Scope, window: TimeWindow): Promise<readonly CertificateExpiry[]>;
}
