import type { Check } from '../check.ts';

export const listTooLong: Check = {
  code: 'object/list-too-long',
  severity: 'warning',
  kinds: 'any',
  title: 'List with more items than are checked',
  meaning: 'Checks hold the items of lists against each other, so lists without end are not read: nothing else is said of the object, and what others refer to in it is not found.',
  remedy: 'Split the object: lists of up to 1,024 items are read, of addresses up to 16,384.',
  run: ({ longList }, _mesh, report) => {
    if (longList !== undefined) report(longList.path, `${longList.path} has ${longList.items} items; up to ${longList.most} are read, so the object is not checked`);
  },
};
