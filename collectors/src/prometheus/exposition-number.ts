const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * A number of the exposition formats: decimal, `NaN`, `[+-]Inf[inity]` in any case; no hexadecimal, no `_`.
 * Returns null where it is not one. Counters are mostly short integers: those are read without a string.
 */
export function readNumber(bytes: Buffer, start: number, end: number): number | null {
  if (end - start <= 15 && end > start) {
    let value = 0, i = start;
    for (; i < end; i++) {
      const digit = bytes[i]! - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (i === end) return value;
  }
  return parseNumber(bytes.toString('latin1', start, end));
}

/** The same from a text, e.g. a label `le` or `quantile`. */
export function parseNumber(text: string): number | null {
  if (decimal.test(text)) return Number(text);
  switch (text.toLowerCase()) {
    case 'nan': return NaN;
    case 'inf': case '+inf': case 'infinity': case '+infinity': return Infinity;
    case '-inf': case '-infinity': return -Infinity;
    default: return null;
  }
}
