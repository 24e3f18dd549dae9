import type { EdgeEvidence } from '../../evidence/evidence.ts';

/** Requests or connections of an edge that ended as a denial ends, and those of them that only a policy can have ended. */
export interface Denials {
  readonly denied: number;
  readonly certain: number;
}

/** 403, gRPC status 7 (PERMISSION_DENIED), and the flags of ztunnel (`DENY`) and of Envoy’s network filter (`RBAC`). */
export function denialsOf({ edge: { responses } }: Pick<EdgeEvidence, 'edge'>): Denials {
  let denied = 0, certain = 0;
  for (const { kind, code, flags, count, clientOutcome } of responses) {
    if (clientOutcome) continue;
    const flagged = flags.split(',').some((flag) => flag === 'DENY' || flag === 'RBAC');
    if (flagged) certain += count;
    if (flagged || (kind === 'http' && code === '403') || (kind === 'grpc' && (code === '7' || code === 'PERMISSION_DENIED'))) denied += count;
  }
  return { denied, certain };
}
