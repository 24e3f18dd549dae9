import { expect, it } from 'vitest';
import { defaultSettings } from '../../model/settings.ts';
import { toConfigObject, type ConfigObject } from '../../model/config-object.ts';
import { buildMesh } from '../../validate.ts';
import { sharedPorts } from './claims.ts';

it('gathers the ports of entries once, however many hosts they share', () => {
  let read = 0;
  const entry = (name: string, protocol: string): ConfigObject => {
    const ports = Array.from({ length: 20 }, (_, n) => ({ number: 80 + n, protocol }));
    const answer = toConfigObject({ apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name, namespace: 'shop' }, spec: { hosts: Array.from({ length: 50 }, (_, n) => `h${n}.example.com`), get ports() { read++; return ports; } } }, { cluster: 'c', defaultNamespace: '' });
    if (!answer.ok) throw new Error(answer.problem);
    return answer.object;
  };
  const entries = [entry('one', 'HTTP'), entry('other', 'TCP')], mesh = buildMesh(entries, defaultSettings);
  read = 0;
  const shared = sharedPorts(entries[0]!, mesh);
  expect(shared).toHaveLength(1_000);
  expect(new Set(shared.map(({ protocols, rival }) => `${[...protocols].join()} ${rival.name}`))).toEqual(new Set(['HTTP,TCP other']));
  expect(read).toBeLessThan(5);
});
