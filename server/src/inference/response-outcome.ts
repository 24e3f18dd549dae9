import { parseResponseKey } from '@orrery/collectors/model/edge-traffic';

/** What a response key says, worked out once per distinct key. */
export interface Outcome {
  readonly kind: string;
  readonly code: string;
  readonly flags: string;
  /** HTTP ≥ 500 or no response, gRPC status ≠ 0; for connections any flag; a drop. */
  readonly isError: boolean;
  /** The source's proxy answered itself: the request never left it (rule 2). */
  readonly neverLeft: boolean;
  /** Upstream connection failure: never left either, unless the destination reports the same. */
  readonly connectFailed: boolean;
}

/** Envoy response flags by which the source says that nothing was sent (design §1, rule 2). */
export const neverLeftFlags: ReadonlySet<string> = new Set(['UH', 'NR', 'NC', 'UO', 'DO', 'FI', 'UAEX', 'RL']);

/** Keys come from telemetry: what is remembered is bounded. */
const maxRemembered = 4_096;
const remembered = new Map<string, Outcome>();

/** Reads a `responseKey`, e.g. `http 503 UH` or `tcp - CONNECT`. Several flags are separated by commas. */
export function outcomeOf(key: string): Outcome {
  const known = remembered.get(key);
  if (known) return known;
  const { kind, code, flags } = parseResponseKey(key);
  const list = flags.split(',');
  const outcome = {
    kind, code, flags,
    isError: isError(kind, code, flags),
    neverLeft: list.some((flag) => neverLeftFlags.has(flag)),
    connectFailed: list.includes('UF'),
  };
  if (remembered.size >= maxRemembered) remembered.clear();
  remembered.set(key, outcome);
  return outcome;
}

function isError(kind: string, code: string, flags: string): boolean {
  switch (kind) {
    case 'http':
      return code === '' || code === '0' || Number(code) >= 500;
    case 'grpc':
      // A proxy that answers a gRPC call itself may give an HTTP status: three digits are read as one.
      return code.length === 3 ? Number(code) >= 500 : code !== '0';
    default:
      return kind === 'drop' || flags !== '';
  }
}
