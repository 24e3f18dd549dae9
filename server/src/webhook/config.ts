import { z } from 'zod';

const tls = z.strictObject({
  /** PEM files, read again when they change. */
  cert: z.string().min(1),
  key: z.string().min(1),
  /** PEM file: only who has a certificate of it is answered. */
  clientCa: z.string().min(1).optional(),
});

/** `webhook:` of the configuration: a validating admission webhook of Kubernetes. It only ever warns unless `deny` says more. */
export const webhookConfig = z.strictObject({
  enabled: z.boolean().default(false),
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(7443),
  tls: tls.optional(),
  /** The cluster that asks, as `kubernetes.clusters` names it; default: the only one whose configuration is known. */
  cluster: z.string().min(1).max(253).optional(),
  /** Findings of these severities are denied; all others are warnings. */
  deny: z.array(z.enum(['error', 'warning', 'info'])).max(3).default([]),
  /** A review that takes longer is admitted with a warning. */
  timeoutMs: z.int().min(50).max(30_000).default(2_000),
  /** How often the configuration of the cluster is taken in. */
  refreshSeconds: z.number().min(0.1).max(60).default(2),
}).refine(({ enabled, tls: files }) => !enabled || files !== undefined, { error: 'an API server calls webhooks over TLS alone: tls.cert and tls.key are needed', path: ['tls'] });

/** `webhook:` of the configuration, with its defaults. */
export type WebhookConfig = z.output<typeof webhookConfig>;
