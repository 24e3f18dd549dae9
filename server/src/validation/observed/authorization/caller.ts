import type { EdgeEvidence } from '../../evidence/evidence.ts';
import { countedKinds, plaintextOf } from '../edge-counts.ts';

/** Who a policy sees at the other end of an edge: one of these identities for each of its requests. */
export interface Caller {
  /** `<trust domain>/ns/<namespace>/sa/<account>`; `''` = none, because the connection is plaintext. */
  readonly principals: readonly string[];
  /** False where some requests may come under an identity that nobody told. */
  readonly known: boolean;
}

/**
 * The principals of an edge’s source, without `spiffe://`; `''` among them where some traffic was in plain text. Known only where
 * the edge tells of its security at all.
 */
export function callerOf(edge: EdgeEvidence): Caller {
  const certified = edge.edge.sourcePrincipals.map((principal) => principal.replace(/^spiffe:\/\//, ''));
  const anonymous = countedKinds.some((of) => plaintextOf(edge, of) > 0);
  return { principals: anonymous ? [...certified, ''] : certified, known: edge.securityJudged && (certified.length > 0 || anonymous) };
}

export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** Namespace and service account of a principal; empty for what is not of that form. */
export function accountOf(principal: string): Account {
  const [, namespace = '', name = ''] = /\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(principal) ?? [];
  return { namespace, name };
}
