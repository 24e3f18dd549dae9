import { z } from 'zod';
import { ApiError } from '../errors.ts';

const name = z.string().max(253);
const finding = z.strictObject({
  code: z.string().min(1).max(200),
  severity: z.enum(['error', 'warning', 'info']),
  object: z.strictObject({ group: name, kind: name, namespace: name, name }),
  path: z.string().max(2_000),
});

const stakesRequest = z.strictObject({
  /** As telemetry names it; left out where one cluster is known at most. */
  cluster: name.optional(),
  /** Unix seconds; both left out: the last ten minutes, as everywhere. */
  window: z.strictObject({ from: z.number().optional(), to: z.number().optional() }).default({}),
  /** Manifests, decoded, as they would stand over what the cluster holds. */
  objects: z.array(z.record(z.string(), z.unknown())).max(20_000),
  findings: z.array(finding).max(2_000),
});

/** What is asked: what do these findings put at stake, if these objects were applied. */
export type StakesRequest = z.output<typeof stakesRequest>;

/** Reads the body of a request. @throws ApiError BAD_INPUT with the path of what is wrong */
export function stakesRequestFrom(body: string): StakesRequest {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new ApiError('BAD_INPUT', 'the body is no JSON');
  }
  const parsed = stakesRequest.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ApiError('BAD_INPUT', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not understood'}`);
}
