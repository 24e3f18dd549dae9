import type { Check } from '../check.ts';

export const duplicate: Check = {
  code: 'object/duplicate',
  severity: 'error',
  kinds: 'any',
  title: 'The same object twice',
  meaning: 'Whichever manifest is applied last replaces the other, so the order of files decides what runs.',
  remedy: 'Keep one of them, or give them different names.',
  run: (object, mesh, report) => {
    const same = mesh.find('id', `${object.kind}/${object.namespace === '' ? '' : `${object.namespace}/`}${object.name}`).filter(({ id }) => id === object.id);
    const [first] = same;
    if (same.length > 1 && first !== object) report('metadata/name', `${object.kind} ${object.name} is given ${same.length} times${first?.origin === undefined ? '' : `, first in ${first.origin.file}`}`);
  },
};
