const numberLists = new WeakSet<readonly unknown[]>();

/**
 * The numbers as a list, 8 bytes each. It is known to hold nothing else (`holdsNumbers`): whoever reads 20,000 numbers need not ask of
 * each what it is, for which it would become an object.
 */
export function numberList(numbers: Float64Array): number[] {
  const list = new Array<number>(numbers.length);
  for (let i = 0; i < list.length; i++) list[i] = numbers[i]!;
  numberLists.add(list);
  return list;
}

/** Whether a list was made by `numberList`. */
export function holdsNumbers(list: readonly unknown[]): list is readonly number[] {
  return numberLists.has(list);
}
