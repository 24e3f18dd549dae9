import { z } from 'zod';
import { isLoopback } from './is-loopback.ts';
import { maxSampleWeight, multiplierAttributes } from './sampling.ts';

const mebibyte = 1024 * 1024;
const port = z.int().min(0).max(65_535);

/** Receivers of OTLP. Port 0 = chosen freely and logged. */
export const otlpConfig = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1'),
    grpcPort: port.default(4317),
    httpPort: port.default(4318),
    /** Senders are not authenticated: listening beyond loopback has to be asked for by name. */
    allowInsecureBind: z.boolean().default(false),
    /** Pages that may send telemetry over HTTP from a browser; none by default. */
    allowedOrigins: z.array(z.url({ protocol: /^https?$/ })).max(100).default([]),
    /** Further names by which senders reach a receiver that is bound to loopback, through a proxy or an entry in a hosts file. */
    allowedHosts: z.array(z.string().min(1)).max(100).default([]),
    /** Size of one request after decompression; 64 MiB is what the OTLP specification recommends. */
    maxRequestBytes: z.int().min(1024).max(1024 * mebibyte).default(64 * mebibyte),
    /** Bytes of requests being worked on, of both receivers together; beyond it senders are asked to wait. */
    maxInFlightBytes: z.int().min(mebibyte).default(256 * mebibyte),
    /** Open connections of each receiver. */
    maxConnections: z.int().min(1).default(1024),
    /** Seconds in which a request must have arrived. */
    requestTimeoutSeconds: z.int().min(1).max(600).default(30),
    /** Attributes kept of a span, a resource or an event; the rest is counted in `otel.dropped_attributes_count`. */
    maxAttributes: z.int().min(1).default(128),
    /** Characters kept of an attribute's value. */
    maxValueLength: z.int().min(16).default(8192),
    /** Events kept of a span, and as many links. */
    maxEvents: z.int().min(0).default(128),
    /** Leaves out credentials, cookies, query strings and literals in database queries. */
    redact: z.boolean().default(true),
    /** Sampling that spans do not tell by their tracestate (`ot=th`), which goes before all of this. */
    sampling: z.strictObject({
      /** Attributes of a span, or else of its resource, that say for how many spans it stands. */
      attributes: z.array(z.string().min(1)).max(8).default([...multiplierAttributes]),
      /** Services that sample and do not say so: how many spans each of theirs stands for. */
      services: z.array(z.strictObject({ service: z.string().min(1), namespace: z.string().min(1).optional(), multiplier: z.number().min(1).max(maxSampleWeight) })).max(1000).default([]),
    }).prefault({}),
  })
  .superRefine((config, context) => {
    if (config.allowInsecureBind || isLoopback(config.host)) return;
    context.addIssue({
      code: 'custom',
      path: ['host'],
      message: `«${config.host}» can be reached from other machines and senders are not authenticated: use 127.0.0.1, or set allowInsecureBind: true`,
    });
  });

/** `otlp:` of the configuration, with its defaults. */
export type OtlpConfig = z.output<typeof otlpConfig>;
