import { ApiError } from './errors.ts';

/** No Unix time in seconds is as large in the next 3,000 years; every one in milliseconds is larger. */
const millisecondsFrom = 1e11;

/** `value` if it lies in [least, most]. @throws ApiError BAD_INPUT naming the bounds */
export function inRange(name: string, value: number, least: number, most: number): number {
  if (!(value >= least && value <= most)) throw new ApiError('BAD_INPUT', `${name} is from ${least} to ${most}`);
  return value;
}

/** @param name of the argument @throws ApiError BAD_INPUT if `time` is no Unix time in milliseconds */
export function unixMilliseconds(name: string, time: number): number {
  if (!Number.isFinite(time) || time < millisecondsFrom) throw new ApiError('BAD_INPUT', `${name} is a Unix time in milliseconds${time >= 1e8 && Number.isFinite(time) ? ', this looks like seconds' : ''}`);
  return time;
}

/** @throws ApiError BAD_WINDOW if `time` is no Unix time in seconds */
export function unixSeconds(time: number): number {
  if (!Number.isFinite(time) || time < 0) throw new ApiError('BAD_WINDOW', 'from and to are Unix times in seconds');
  if (time >= millisecondsFrom) throw new ApiError('BAD_WINDOW', 'from and to are Unix times in seconds, these look like milliseconds');
  return time;
}
