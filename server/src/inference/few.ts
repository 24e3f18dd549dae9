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

/** The list with an item more: begun with room for 17, as one that is empty when it is first pushed to, thousands of lists of one or two would be mostly room. */
export function appended<T>(list: T[] | null, item: T): T[] {
  if (list === null || list.length === 0) return [item];
  if (list.length === 1) return [list[0]!, item];
  list.push(item);
  return list;
}
