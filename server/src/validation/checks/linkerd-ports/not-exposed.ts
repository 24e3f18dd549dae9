import { annotationPath, ownAnnotation } from '../../mesh/annotations.ts';
import { opaquePorts, portsOfObject, readPorts } from '../../mesh/linkerd-ports.ts';
import type { Check } from '../check.ts';

export const opaquePortNotExposed: Check = {
  code: 'linkerd-ports/not-exposed',
  severity: 'warning',
  kinds: ['Service', 'Workload'],
  title: 'Opaque port that the object does not have',
  meaning: 'The annotation speaks of no port here; the one that was meant is still searched for HTTP, which delays connections where the server speaks first by ten seconds.',
  remedy: 'On a Service write its own port, not the `targetPort`; on pods the port of the container.',
  run: (object, _mesh, report) => {
    const value = ownAnnotation(object, opaquePorts), ports = value === undefined ? [] : portsOfObject(object);
    // Containers need not declare their ports: without any there is nothing to compare with.
    if (value === undefined || ports.length === 0) return;
    for (const token of readPorts(value)) {
      // Lists are copied with the default ports in them, which need not be those of this object.
      if ('from' in token && !ports.some(({ number }) => token.from <= number && number <= token.to) && !isDefault(token.from)) report(annotationPath(object, opaquePorts), `the ${object.kind} has no port ${token.written}; it has ${ports.map(({ number }) => number).join(', ')}`);
    }
  },
};

/** What Linkerd takes for opaque where nobody says (`proxy.opaquePorts` of its chart). */
const defaults: readonly number[] = [25, 587, 3306, 4444, 5432, 6379, 9300, 11211];
const isDefault = (port: number): boolean => defaults.includes(port);
