/**
 * Text of manifests made safe for a terminal and for XML: control characters, which could move a cursor or hide a line,
 * and halves of surrogate pairs become `�`.
 */
export function printable(text: string): string {
  return text.toWellFormed().replace(/[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/g, '\uFFFD');
}
