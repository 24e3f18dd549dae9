import { annotationPath, ownAnnotation } from '../../mesh/annotations.ts';
import { opaquePorts, portsOfObject, readPorts } from '../../mesh/linkerd-ports.ts';
import type { Check } from '../check.ts';

const annotations = [opaquePorts, 'config.linkerd.io/skip-inbound-ports', 'config.linkerd.io/skip-outbound-ports'];

export const portsUnreadable: Check = {
  code: 'linkerd-ports/unreadable',
  severity: 'error',
  kinds: ['Namespace', 'Service', 'Workload'],
  title: 'List of ports that cannot be read',
  meaning: 'The part is ignored, or the injector refuses the pod: the port is then parsed as HTTP, or not skipped.',
  remedy: 'Write numbers and ranges, `25,3306,8000-8100`; names only of ports that the object itself has.',
  run: (object, _mesh, report) => {
    for (const annotation of annotations) {
      const value = ownAnnotation(object, annotation);
      if (value === undefined || value === '') continue;
      const names = new Set(object.type === 'Namespace' ? [] : portsOfObject(object).map(({ name }) => name));
      for (const token of readPorts(value)) {
        if ('problem' in token) report(annotationPath(object, annotation), `"${token.written}" ${token.problem}`);
        else if ('name' in token && !names.has(token.name)) report(annotationPath(object, annotation), `"${token.written}" is no number, and no port of the ${object.kind} has the name`);
      }
    }
  },
};
