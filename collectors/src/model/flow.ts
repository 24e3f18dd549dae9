import type { Entity } from './entity.ts';

/** Hubble verdicts that matter here (flow.proto `Verdict`). */
export const Verdict = { unknown: 0, forwarded: 1, dropped: 2, error: 3, audit: 4, redirected: 5, traced: 6, translated: 7 } as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** What one flow record tells of an edge. */
export const FlowRole = {
  /** A connection opened (trace reason NEW, or SYN without ACK where that is missing). */
  open: 'open',
  /** An L7 response: one request with its outcome. */
  response: 'response',
  /** A drop. */
  drop: 'drop',
  /** Anything else (further packets, requests before their response, other observation points): kept, not counted. */
  other: 'other',
} as const;
export type FlowRole = (typeof FlowRole)[keyof typeof FlowRole];

/** One eBPF flow record, ends already swapped so that `source` is the client. -1 means «not measured». */
export interface Flow {
  readonly tenant: string;
  /** The part of the natural key beside node and time: uuid, or the hex hash of the record. */
  readonly id: string;
  readonly timeNs: bigint;
  readonly node: string;
  readonly feed: string;
  readonly role: FlowRole;
  readonly verdict: Verdict;
  readonly dropReason: string;
  /** Side of the edge where it was seen: egress = source, ingress = destination. */
  readonly side: 'source' | 'destination';
  readonly source: Entity;
  readonly destination: Entity;
  /** Pods that the addresses belong to; `''` where the record names none, also where it tells the workload by its labels alone. */
  readonly sourcePod: string;
  readonly destinationPod: string;
  /** Zones of the ends; `''` for an end that is not on the node that saw it. */
  readonly sourceZone: string;
  readonly destinationZone: string;
  readonly sourceIp: string;
  readonly destinationIp: string;
  readonly destinationPort: number;
  readonly destinationService: string;
  /** `tcp`, `udp`, `http`, `grpc`, `dns`, …. */
  readonly protocol: string;
  readonly httpStatus: number;
  readonly httpMethod: string;
  readonly latencyNs: bigint;
  readonly dnsRcode: number;
  /** 1 encrypted, 0 not, -1 not known. */
  readonly encrypted: -1 | 0 | 1;
  /** The record as received, JSON, redacted; for evidence. */
  readonly raw: string;
}
