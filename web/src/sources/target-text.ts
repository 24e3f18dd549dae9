import { middleCut } from '../lib/format.ts';

/**
 * Addresses cut to `length` letters so that they can be told apart: what all that are too long have in common gives way,
 * the part in which they differ stays.
 */
export function targetTexts(targets: readonly string[], length: number): ReadonlyMap<string, string> {
  const long = [...new Set(targets.filter((target) => target.length > length))];
  const begin = shared(long, (target, i) => target[i]), end = shared(long, (target, i) => target.at(-1 - i));
  const cut = (target: string): string => {
    if (target.length <= length) return target;
    const from = target.lastIndexOf('/', Math.max(0, begin - 1));
    // One address, or none that has a path in common with the others.
    if (long.length === 1 || from <= 0) return middleCut(target, length);
    const rest = target.slice(from);
    if (rest.length < length) return `…${rest}`;
    const own = target.slice(from, target.length - end);
    return own.length <= length - 2 ? `…${rest.slice(0, length - 2)}…` : `…${middleCut(own, length - 1)}`;
  };
  return new Map(targets.map((target) => [target, cut(target)]));
}

/** How many letters all texts share, counted from one end; 0 of none. */
function shared(texts: readonly string[], letter: (text: string, i: number) => string | undefined): number {
  const [first, ...others] = texts;
  if (first === undefined) return 0;
  const least = Math.min(first.length, ...others.map((text) => text.length));
  for (let i = 0; i < least; i++) if (others.some((text) => letter(text, i) !== letter(first, i))) return i;
  return least;
}
