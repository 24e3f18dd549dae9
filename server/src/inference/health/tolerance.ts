/** One rule of health: how many per cent of a code are tolerated (Kiali `health_config.rate[].tolerance[]`). */
export interface Tolerance {
  /** Regular expression over the whole code, `X` for a digit. */
  readonly code: string;
  /** Regular expression over the whole protocol: `http`, `grpc`, `tcp`, `other`. */
  readonly protocol: string;
  /** Regular expression over the whole direction: `inbound`, `outbound`. */
  readonly direction: string;
  /** Per cent from which on; degraded 0 means that any occurrence degrades. */
  readonly degraded: number;
  readonly failure: number;
}

/** Tolerances of the entities that match; expressions match whole names. The first rate that matches holds. */
export interface HealthRate {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly tolerance: readonly Tolerance[];
}

/** Tolerances by namespace, kind and name, as Kiali’s `health_config` has them; the first that matches counts. */
export interface HealthConfig { readonly rate: readonly HealthRate[] }

/** Code of connections that failed and of packets that were dropped (protocol `tcp`), and of failures without any code (protocol `other`). */
export const syntheticCode = { failed: 'failed', dropped: 'dropped', error: 'error', ok: 'ok' } as const;

const any = '.*';

/**
 * Kiali's defaults (facts: kiali §3): 5xx and no response degrade at once and fail at 10 %, 4xx degrade at 10 and fail at
 * 20 %, gRPC errors fail at 10 %. Kiali has no rule for plain TCP, nor for calls without a status code (databases,
 * messages): failed connections, drops and such errors degrade at once and fail at 10 % too.
 */
export const defaultHealthRate: HealthRate = {
  namespace: any, kind: any, name: any,
  tolerance: [
    { code: '5XX', protocol: 'http', direction: any, degraded: 0, failure: 10 },
    { code: '4XX', protocol: 'http', direction: any, degraded: 10, failure: 20 },
    { code: '[1-9]|1[0-6]', protocol: 'grpc', direction: any, degraded: 0, failure: 10 },
    { code: '-', protocol: 'http|grpc', direction: any, degraded: 0, failure: 10 },
    { code: `${syntheticCode.failed}|${syntheticCode.dropped}`, protocol: 'tcp', direction: any, degraded: 0, failure: 10 },
    { code: syntheticCode.error, protocol: 'other', direction: any, degraded: 0, failure: 10 },
  ],
};

/** No tolerances of one’s own: Kiali’s defaults alone. */
export const defaultHealthConfig: HealthConfig = { rate: [] };
