import { param, sql, type Sql } from '@orrery/collectors/store/sql';
import { negativeBoundsNs } from './span-bounds.ts';

/** By the gRPC status, else the HTTP status (4xx where the span itself says so not), else the span's own. */
export const isFailure = sql`if(grpc_status >= 0, grpc_status != 0, if(http_status > 0, http_status >= 500 OR (status = 2 AND http_status < 400), status = 2))`;

/**
 * By the conventions for span names, which keep them few: `{method} {route}` of HTTP, where the route is known, and the
 * span's own name of everything else (`shop.Orders/Place`, `SELECT orders`, `send orders`).
 */
export const operationOf = sql`multiIf(http_method != '' AND route != '', concat(http_method, ' ', route), http_method != '', toString(http_method), toString(name))`;

/** The zone that a span's resource names; `''` where it names none. */
export const zoneOf = sql`resource_attributes['cloud.availability_zone']`;

/** Attributes that tell the size of a body: by today's conventions, by those before, and Envoy's. */
export const sizeAttributes = {
  request: ['http.request.body.size', 'http.request_content_length', 'request_size'],
  response: ['http.response.body.size', 'http.response_content_length', 'response_size'],
} as const;
/** Beyond it a size is not one: an exabyte. */
const largestSize = 1e18;

/** Bytes of a body, 0 where the span does not tell. */
export function sizeOf(body: keyof typeof sizeAttributes): Sql {
  const told = sizeAttributes[body].map((name) => sql`attributes[${name}]`), [first, ...rest] = told;
  const text = rest.reduceRight((otherwise, one) => sql`if(${one} != '', ${one}, ${otherwise})`, sql`''`);
  return sql`toFloat64(least(toUInt64OrZero(if(${first!} != '', ${first!}, ${text})), ${param('UInt64', BigInt(largestSize))}))`;
}

/** The bound of `spanLayout` at or above a duration, negated, nanoseconds. */
export function boundOf(duration: Sql): Sql {
  return sql`roundDown(-toInt64(${duration}), ${param('Array(Int64)', negativeBoundsNs)})`;
}

/** The first of several spans is the earliest, a shared one before all; as one number, because tuples are compared ten times as slowly. */
export function placeOf(shared: Sql): Sql {
  return sql`bitShiftLeft(toUInt128(toUInt64(toUnixTimestamp64Nano(start)) + if(${shared}, 0, bitShiftLeft(toUInt64(1), 63))), 64) + reinterpretAsUInt64(span_id)`;
}

/** What a proxy sends on. A sidecar's outbound listener makes a SERVER span although nobody calls the app there. */
export const passesOn = sql`kind = 2 AND is_proxy AND startsWith(upstream_cluster, 'outbound') AND entity_kind != 'waypoint'`;
/** A span of such a listener. Gateways and waypoints are called themselves. */
export const isOutboundListener = sql`is_proxy AND startsWith(upstream_cluster, 'outbound') AND entity_kind NOT IN ('gateway', 'waypoint')`;

/** As wide as an id: beside a plain text ids would become texts, and lose zeros at their end. */
export const noId = sql`toFixedString(unhex('0000000000000000'), 8)`;
