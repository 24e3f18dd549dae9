import { redacted } from '../model/redact-url.ts';
import { stringJson } from './any-value.ts';
import { redactionOf, type Redaction } from './redact.ts';
import { fieldOfKey, type FieldName } from './span-fields.ts';

/** What is done with the attributes of one key. */
export interface AttributeRule {
  readonly field: FieldName | undefined;
  readonly redact: Redaction | undefined;
}

/** Keys remembered, and how long they may be; a hostile sender with other ones pays with time, not with memory. */
const maxRules = 4096;
const maxKeyLength = 256;

/** The rule of every attribute key, worked out once a key. */
export class AttributeRules {
  private readonly rules = new Map<string, AttributeRule>();
  private readonly redact: boolean;

  constructor(redact: boolean) {
    this.redact = redact;
  }

  of(key: string): AttributeRule {
    const known = this.rules.get(key);
    if (known !== undefined) return known;
    const rule: AttributeRule = { field: fieldOfKey(key), redact: this.redact ? redactionOf(key) : undefined };
    if (this.rules.size < maxRules && key.length <= maxKeyLength) this.rules.set(key, rule);
    return rule;
  }

  /** A member of a JSON object, its value redacted where the key asks for it. */
  member(key: string, json: string): string {
    return `${stringJson(key)}:${this.of(key).redact === undefined ? json : stringJson(redacted)}`;
  }
}
