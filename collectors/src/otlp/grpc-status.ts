/** The codes that receivers answer with; `google.rpc.Code` has the same numbers. */
export const GrpcCode = { invalidArgument: 3, notFound: 5, permissionDenied: 7, resourceExhausted: 8, unimplemented: 12, internal: 13, unavailable: 14 } as const;
export type GrpcCode = (typeof GrpcCode)[keyof typeof GrpcCode];

/** Names of all codes, by number. */
const names = [
  'OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS', 'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE',
  'DATA_LOSS', 'UNAUTHENTICATED',
];

/** The number of a gRPC status given as a name or a number, -1 if it is neither. */
export function grpcStatusNumber(text: string): number {
  const byName = names.indexOf(text.toUpperCase());
  if (byName >= 0) return byName;
  return /^\d{1,4}$/.test(text) ? Number(text) : -1;
}
