/** Up to so many are put in order by moving each to its place. */
const few = 8;

/** Sorts a list in place, those that are equal as they came. Lists of two or three, of which there are thousands, are spared the room that `sort` takes. */
export function sortFew<T>(list: T[], compare: (a: T, b: T) => number): void {
  if (list.length > few) {
    list.sort(compare);
    return;
  }
  for (let i = 1; i < list.length; i++) {
    const item = list[i]!;
    let to = i;
    while (to > 0 && compare(list[to - 1]!, item) > 0) list[to] = list[--to]!;
    list[to] = item;
  }
}
