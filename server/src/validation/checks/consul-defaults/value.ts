import { dig, field, shown } from '../../model/fields.ts';
import { protocols } from '../../mesh/consul.ts';
import type { Check } from '../check.ts';

export const defaultsValue: Check = {
  code: 'consul-defaults/value',
  severity: 'error',
  kinds: ['ConsulDefaults', 'ConsulProxyDefaults'],
  title: 'Protocol or mode that Consul does not know',
  meaning: 'Consul refuses the entry, or treats the service as TCP: routers, splitters and permissions of it stop working.',
  remedy: 'Write `tcp`, `http`, `http2` or `grpc` as protocol, and `none`, `local` or `remote` as mode of the mesh gateway.',
  run: ({ type, spec }, _mesh, report) => {
    const [path, protocol] = type === 'ConsulDefaults' ? ['spec/protocol', field(spec, 'protocol')] : ['spec/config/protocol', dig(spec, 'config', 'protocol')];
    const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== '';
    if (isSet(protocol) && !protocols.includes(shown(protocol).toLowerCase())) report(path, `${shown(protocol)} is none of ${protocols.join(', ')}`);
    const mode = dig(spec, 'meshGateway', 'mode');
    if (isSet(mode) && !modes.includes(shown(mode))) report('spec/meshGateway/mode', `${shown(mode)} is none of ${modes.join(', ')}`);
  },
};

const modes = ['none', 'local', 'remote'];
