import type { Check } from '../check.ts';

export const entryNameFixed: Check = {
  code: 'consul-entry/name',
  severity: 'error',
  kinds: ['ConsulProxyDefaults', 'ConsulMesh'],
  title: 'Entry that has to have another name',
  meaning: 'There is one such entry in Consul, under a name that is given: an object of any other is refused.',
  remedy: 'Name ProxyDefaults `global` and Mesh `mesh`.',
  run: ({ type, name, kind }, _mesh, report) => {
    const wanted = type === 'ConsulMesh' ? 'mesh' : 'global';
    if (name !== wanted) report('metadata/name', `${kind} has to be named ${wanted}`);
  },
};
