import { param, sql, type Sql } from '@orrery/collectors/store/sql';
import { neverLeftFlags } from '../inference/response-outcome.ts';

/** Flags of a `responseKey` column expression `k`, as an array. */
const flags = sql`splitByChar(',', splitByChar(' ', k)[3])`;
const code = sql`splitByChar(' ', k)[2]`;

/** The same as `isError` of `inference/response-outcome.ts` for HTTP and gRPC keys. */
const isError = sql`if(startsWith(k, 'grpc '),
  if(length(${code}) = 3, toUInt16OrZero(${code}) >= 500, ${code} != '0'),
  ${code} IN ('-', '0') OR toUInt16OrZero(${code}) >= 500)`;

/** Whether a key is of a request and names one of these flags. */
function hasFlag(names: readonly string[]): Sql {
  return sql`(startsWith(k, 'http ') OR startsWith(k, 'grpc ')) AND hasAny(${flags}, ${param('Array(String)', names)})`;
}

/** Requests of a row that its proxy answered itself (rule 2), or could not connect for. */
export const stayedCount = countOf(hasFlag([...neverLeftFlags, 'UF']));
export const stayedErrorCount = countOf(sql`(${hasFlag([...neverLeftFlags, 'UF'])}) AND (${isError})`);
/** Only those that never left whatever the other side says, and their errors. */
export const neverLeftCount = countOf(hasFlag([...neverLeftFlags]));
export const neverLeftErrorCount = countOf(sql`(${hasFlag([...neverLeftFlags])}) AND (${isError})`);
/** Only connection failures without such a flag: the other side may know of them. */
export const connectFailedCount = countOf(sql`(${hasFlag(['UF'])}) AND NOT (${hasFlag([...neverLeftFlags])})`);

/** Errors that only the caller saw, a timeout or a reset: by their flags, which are none of those above. */
export const callerErrorCount = countOf(sql`(startsWith(k, 'http ') OR startsWith(k, 'grpc ')) AND NOT endsWith(k, ' -') AND NOT (${hasFlag([...neverLeftFlags, 'UF'])}) AND (${isError})`);

/** How many responses of a row have a key `k` that fits. */
function countOf(condition: Sql): Sql {
  return sql`arraySum(arrayMap((k, v) -> if(${condition}, v, 0), mapKeys(responses), mapValues(responses)))`;
}
