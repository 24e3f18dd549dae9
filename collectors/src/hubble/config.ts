import { z } from 'zod';

const tls = z.strictObject({
  /** File with the certificates of the authorities that are trusted, PEM; by default those that Node brings. */
  caFile: z.string().min(1).optional(),
  /** Client certificate and its key, PEM, where the relay asks for one. */
  certFile: z.string().min(1).optional(),
  keyFile: z.string().min(1).optional(),
  /** Name to find in the relay's certificate where it is not the host of `address`, e.g. `ui.hubble-relay.cilium.io`. */
  serverName: z.string().min(1).optional(),
}).refine((value) => (value.certFile === undefined) === (value.keyFile === undefined), { message: 'certFile and keyFile belong together' });

const relay = z.strictObject({
  /** `host:port` of a Hubble relay, or of one agent. */
  address: z.string().regex(/^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):\d{1,5}$/, 'host:port, e.g. 127.0.0.1:4245'),
  /** Name of the feed, `hubble:<name>`; the address if it is not given. */
  name: z.string().regex(/^[A-Za-z0-9._-]{1,63}$/, 'letters, digits, «.», «_», «-»; at most 63').optional(),
  /** Without it the connection is in plaintext: fit for loopback and port-forwards. */
  tls: tls.optional(),
});

/** Flows of Cilium's Hubble: from relays, from the agents' export files, and over HTTP. */
export const hubbleConfig = z.strictObject({
  relays: z.array(relay).max(64).default([]),
  /** Export files of agents, JSON lines; each is read from its beginning and followed through rotations. */
  files: z.array(z.string().min(1)).max(64).default([]),
  /** Name of the cluster where Cilium was given none (it then says `default`). */
  cluster: z.string().max(253).default(''),
  /** DNS domain of the cluster, for the hosts of services. */
  clusterDomain: z.string().min(1).max(253).default('cluster.local'),
  /** Seconds before the start from which a relay is asked for flows, as far as it still has them. */
  lookbackSeconds: z.int().min(0).max(7 * 86_400).default(300),
  /** Seconds before the newest stored flow from which a relay is asked again after a break; more than the skew of the nodes' clocks. */
  overlapSeconds: z.int().min(0).max(3600).default(30),
  http: z.strictObject({
    /** Size of one request after decompression. */
    maxRequestBytes: z.int().min(1024).max(1 << 30).default(64 << 20),
    /** Requests being read at one time; beyond it senders are asked to wait. */
    maxRequests: z.int().min(1).max(1024).default(16),
  }).prefault({}),
});

/** `hubble:` of the configuration, with its defaults. */
export type HubbleConfig = z.output<typeof hubbleConfig>;
/** One relay that flows are asked of. */
export type RelayConfig = HubbleConfig['relays'][number];
