/** Characters kept of one text. The longest that is honest is a URL; names have at most 253 characters. */
const maxText = 1024;
/** Elements kept of one list. */
export const maxListed = 64;

/** The beginning of a text, well-formed: what is decoded is bounded whatever was sent. */
export function bounded(text: string): string {
  const kept = text.length > maxText ? text.slice(0, maxText) : text;
  return kept.isWellFormed() ? kept : kept.toWellFormed();
}

/** Adds to a list that takes no more than `maxListed`. */
export function listed<T>(list: T[], element: T): void {
  if (list.length < maxListed) list.push(element);
}
