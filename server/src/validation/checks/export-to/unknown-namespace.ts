import { dig, texts } from '../../model/fields.ts';
import { isAmbientNamespace } from '../../mesh/ambient.ts';
import type { Check } from '../check.ts';

export const exportToUnknownNamespace: Check = {
  code: 'export-to/unknown-namespace',
  kiali: 'KIA0005',
  severity: 'error',
  kinds: ['DestinationRule', 'ServiceEntry', 'VirtualService'],
  title: 'Exported to a namespace that does not exist',
  meaning: 'No proxy of that name reads the object, so those who should follow it do not.',
  remedy: 'Write an existing namespace, `.` for the own one, or `*` for all.',
  run: (object, mesh, report) => {
    if (isAmbientNamespace(object.namespace, mesh)) return;
    for (const { index, text } of texts(dig(object.spec, 'exportTo'))) {
      if (text !== '.' && text !== '*' && text !== '~' && !mesh.namespaces.has(text)) report(`spec/exportTo[${index}]`, `namespace ${text} does not exist`);
    }
  },
};
