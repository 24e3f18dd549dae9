/** What stands in the place of a secret. */
export const redacted = '[redacted]';

/** A URL or path without user, password, query and fragment. */
export function redactUrl(text: string): string {
  const query = text.search(/[?#]/);
  const kept = query < 0 ? text : `${text.slice(0, query)}${text[query] === '?' ? `?${redacted}` : ''}`;
  return !kept.includes('@') ? kept : kept.replace(/(:\/\/)[^/?#]*@/, `$1${redacted}@`);
}
