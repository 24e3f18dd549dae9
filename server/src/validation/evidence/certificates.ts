/** When a certificate that a workload or proxy serves with runs out, as it was last told in a window. */
export interface CertificateExpiry {
  readonly cluster: string;
  readonly namespace: string;
  /** The workload that presents it, as telemetry names it; `''` where only the pod is known. */
  readonly workload: string;
  readonly pod: string;
  /** `leaf` of the workload itself, `issuer` or `root` of the authority that signed it. */
  readonly role: 'leaf' | 'issuer' | 'root';
  /** What told it, e.g. `citadel_server_root_cert_expiry_timestamp`. */
  readonly metric: string;
  /** Unix seconds. */
  readonly expiresAt: number;
  /** When it was last told, Unix seconds. */
  readonly toldAt: number;
}
