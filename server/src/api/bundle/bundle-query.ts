import { tierTtl } from '@orrery/collectors/model/time-window';
import type { BundleRequest } from '../../bundle/bundles.ts';
import { ApiError } from '../errors.ts';
import { unixSeconds } from '../in-range.ts';

/** A longer window is rather a backup than something to look at. */
const maxWindowSeconds = 31 * 86_400;
const maxLookbackSeconds = 7 * 86_400;
const defaultLookbackSeconds = 3_600;
const maxTitle = 200;
/** Buckets that a bundle's window begins and ends with. */
const step = 10;

/**
 * `?from=&to=&lookback=&title=` in Unix seconds; the window is widened to whole buckets.
 * @throws ApiError BAD_INPUT, BAD_WINDOW
 */
export function bundleRequestFromQuery(query: Readonly<Record<string, unknown>>, nowSeconds: number): BundleRequest {
  for (const [name, value] of Object.entries(query)) {
    if (!['from', 'to', 'lookback', 'title'].includes(name)) throw new ApiError('BAD_INPUT', 'the parameters are from, to, lookback, title');
    if (typeof value !== 'string') throw new ApiError('BAD_INPUT', `${name} is given more than once`);
  }
  const { from, to, lookback, title = '' } = query as Readonly<Record<string, string | undefined>>;
  if (from === undefined || to === undefined) throw new ApiError('BAD_WINDOW', 'from and to are needed, in Unix seconds');
  const start = unixSeconds(Number(from)), end = unixSeconds(Number(to));
  if (end <= start) throw new ApiError('BAD_WINDOW', 'the window must end after it begins');
  if (end <= nowSeconds - tierTtl[3600]) throw new ApiError('BAD_WINDOW', `nothing is kept longer than ${tierTtl[3600] / 86_400} days`);
  if (start >= nowSeconds) throw new ApiError('BAD_WINDOW', 'the window lies in the future: nothing of it can be recorded yet');
  if (end - start > maxWindowSeconds) throw new ApiError('BAD_WINDOW', `a bundle holds at most ${maxWindowSeconds / 86_400} days`);
  const lookbackSeconds = lookback === undefined ? defaultLookbackSeconds : Number(lookback);
  if (!(lookbackSeconds >= 0 && lookbackSeconds <= maxLookbackSeconds)) throw new ApiError('BAD_INPUT', `lookback is 0 to ${maxLookbackSeconds} seconds`);
  if (title.length > maxTitle) throw new ApiError('BAD_INPUT', `title has at most ${maxTitle} characters`);
  return { from: Math.floor(start / step) * step, to: Math.ceil(end / step) * step, lookbackSeconds: Math.ceil(lookbackSeconds), title };
}
