/** Numbers of the enums of Cilium 1.19 `flow.proto` and `relay.proto` that are read, by name. */
export const FlowEnums = {
  verdict: { FORWARDED: 1, DROPPED: 2, ERROR: 3, AUDIT: 4, REDIRECTED: 5, TRACED: 6, TRANSLATED: 7 },
  trafficDirection: { INGRESS: 1, EGRESS: 2 },
  observationPoint: {
    TO_PROXY: 1, TO_HOST: 2, TO_STACK: 3, TO_OVERLAY: 4, FROM_ENDPOINT: 5, FROM_PROXY: 6, FROM_HOST: 7, FROM_STACK: 8, FROM_OVERLAY: 9,
    FROM_NETWORK: 10, TO_NETWORK: 11, FROM_CRYPTO: 12, TO_CRYPTO: 13, TO_ENDPOINT: 101,
  },
  traceReason: { NEW: 1, ESTABLISHED: 2, REPLY: 3, RELATED: 4, REOPENED: 5, SRV6_ENCAP: 6, SRV6_DECAP: 7, ENCRYPT_OVERLAY: 8 },
  l7Type: { REQUEST: 1, RESPONSE: 2, SAMPLE: 3 },
  lostEventSource: { PERF_EVENT_RING_BUFFER: 1, OBSERVER_EVENTS_QUEUE: 2, HUBBLE_RING_BUFFER: 3 },
  nodeState: { NODE_CONNECTED: 1, NODE_UNAVAILABLE: 2, NODE_GONE: 3, NODE_ERROR: 4 },
} as const;

type Names = Readonly<Record<string, number>>;

/** Number of a name, 0 (each enum's «unknown») for one that is not in the table. */
export function numberOf(names: Names, name: string): number {
  return Object.hasOwn(names, name) ? names[name] ?? 0 : 0;
}

/** Name of a number, `''` for 0 and for numbers not in the table. */
export function nameOf(names: Names, number: number): string {
  for (const name in names) {
    if (names[name] === number) return name;
  }
  return '';
}

/** TCP flags by field number. */
export const tcpFlagNames = ['', 'FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'NS'] as const;
