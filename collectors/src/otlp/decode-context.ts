import { StringCache } from '../wire/string-cache.ts';
import { AttributeRules } from './attribute-rules.ts';
import { usualSampling, type SamplingSources } from './sampling-sources.ts';
import { FieldValues } from './span-fields.ts';

/** Bounds on one span or resource; what is beyond them is left out and counted. */
export interface SpanLimits {
  /** Attributes of a span, a resource, or one event. */
  readonly maxAttributes: number;
  /** Characters of one attribute value. */
  readonly maxValueLength: number;
  /** Events of a span, and as many links. */
  readonly maxEvents: number;
}

/**
 * What decoding keeps from one request to the next: caches that change its speed and never its result.
 * Decoding is synchronous, so one context serves all requests of a process.
 */
export interface DecodeContext {
  readonly limits: SpanLimits;
  readonly redact: boolean;
  readonly sampling: SamplingSources;
  readonly rules: AttributeRules;
  readonly keys: StringCache;
  readonly values: StringCache;
  /** Scratch for the span being decoded. */
  readonly fields: FieldValues;
}

/** For one receiver, whose requests share the texts that come again and again: keys of up to 64 bytes, values of up to 32. */
export function createDecodeContext(options: { readonly limits: SpanLimits; readonly redact: boolean; readonly sampling?: SamplingSources }): DecodeContext {
  return {
    sampling: usualSampling,
    ...options,
    rules: new AttributeRules(options.redact),
    keys: new StringCache(4096, 64),
    values: new StringCache(16_384, 32),
    fields: new FieldValues(),
  };
}
