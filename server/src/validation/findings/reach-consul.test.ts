import { expect, it } from 'vitest';
import { defaultSettings } from '../model/settings.ts';
import { sampleConsul } from '../testing/sample-consul.ts';
import { objectsOf } from '../testing/sample-mesh.ts';
import { buildMesh } from '../validate.ts';
import { reachOf } from './reach.ts';

const objects = objectsOf(sampleConsul), mesh = buildMesh(objects, defaultSettings);
const menu = { hosts: ['menu.cafe.svc.cluster.local'], serving: [{ namespace: 'cafe', name: 'menu' }] }, everybody = { servingNamespaces: ['*'] };

it.each([
  ['ServiceIntentions', 'menu', '', menu], ['ServiceResolver', 'menu', 'spec/defaultSubset', menu], ['ServiceRouter', 'menu', '', menu], ['ServiceSplitter', 'menu', '', menu],
  ['ServiceDefaults', 'bank', '', { hosts: [], serving: [] }], ['ProxyDefaults', 'global', '', everybody], ['Mesh', 'mesh', '', everybody],
  ['IngressGateway', 'ingress-gateway', 'spec/listeners[1]/services[0]/name', menu], ['IngressGateway', 'ingress-gateway', 'spec/listeners[0]', everybody],
  ['ExportedServices', 'default', 'spec/services[0]', menu], ['TerminatingGateway', 'terminating-gateway', '', { hosts: [], serving: [] }],
])('%s %s %s', (kind, name, path, reach) => {
  const object = objects.find((one) => one.kind === kind && one.name === name)!;
  expect(reachOf(object, path, mesh)).toMatchObject(reach);
});
