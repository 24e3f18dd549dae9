import type { DecodeContext } from './decode-context.ts';

const maxKeyLength = 256;

/**
 * Collects the attributes of one span, event or resource: bounded, redacted, the known ones also put into
 * fields. A repeated key keeps its last value.
 */
export class AttributeCollector {
  readonly attributes = new Map<string, string>();
  /** Attributes left out for the limits. */
  dropped = 0;
  private readonly context: DecodeContext;
  private readonly toFields: boolean;

  /** With `toFields` the span's fields in the context are filled too; they must have been cleared. */
  constructor(context: DecodeContext, toFields: boolean) {
    this.context = context;
    this.toFields = toFields;
  }

  add(key: string, text: string): void {
    const { attributes, context } = this;
    if (key === '' || key.length > maxKeyLength || (attributes.size >= context.limits.maxAttributes && !attributes.has(key))) {
      this.dropped++;
      return;
    }
    const rule = context.rules.of(key);
    const kept = truncate(rule.redact === undefined ? text : rule.redact(text), context.limits.maxValueLength);
    attributes.set(key, kept);
    if (this.toFields && rule.field !== undefined) context.fields.set(rule.field, kept);
  }
}

/** A text of at most `limit` characters, which says so where it was cut. */
export function truncate(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}…[truncated from ${text.length} characters]`;
}
