import { ApiError } from './errors.ts';

/** `value` if it lies in [least, most]. @throws ApiError BAD_INPUT naming the bounds */
export function inRange(name: string, value: number, least: number, most: number): number {
  if (!(value >= least && value <= most)) throw new ApiError('BAD_INPUT', `${name} is from ${least} to ${most}`);
  return value;
}
