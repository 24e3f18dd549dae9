import { describe, expect, it } from 'vitest';
import { application, unknownEntity, workload, type Entity } from '../model/entity.ts';
import { entityFromResource, entityOfProxy } from './entity-from-otlp.ts';
import { fieldOfKey, FieldValues } from './span-fields.ts';

const entity = (resource: Record<string, string>): Entity => entityFromResource(new Map(Object.entries(resource)));

describe('resources', () => {
  const base = { 'k8s.cluster.name': 'east', 'k8s.namespace.name': 'shop', 'service.name': 'web', 'service.version': '2' };

  it.each([
    [{ 'k8s.deployment.name': 'web-v2' }, 'web-v2'],
    [{ 'k8s.statefulset.name': 'db' }, 'db'],
    [{ 'k8s.daemonset.name': 'agent' }, 'agent'],
    [{ 'k8s.cronjob.name': 'backup', 'k8s.job.name': 'backup-28392710' }, 'backup'],
    [{ 'k8s.job.name': 'backup-28392710' }, 'backup'],
    [{ 'k8s.replicaset.name': 'web-v2-7d9f6c5b8' }, 'web-v2'],
    [{ 'k8s.pod.name': 'web-v2-7d9f6c5b8-x2kpq' }, 'web-v2'],
  ])('%j is the workload %s', (resource, name) => {
    expect(entity({ ...base, ...resource })).toEqual(workload('east', 'shop', name, 'web', '2'));
  });

  it('falls back to the application', () => {
    expect(entity({ ...base, 'k8s.pod.name': 'web-0' })).toEqual(application('east', 'shop', 'web', '2'));
    expect(entity({ 'service.name': 'web', 'service.namespace': 'shop' })).toEqual(application('', 'shop', 'web'));
  });

  it('never calls anything unknown_service', () => {
    expect(entity({ 'service.name': 'unknown_service:node', 'service.namespace': 'shop' })).toEqual({ ...unknownEntity, namespace: 'shop' });
    expect(entity({ 'service.name': 'unknown_service', 'k8s.deployment.name': 'web' })).toEqual(workload('', '', 'web'));
    expect(entity({ 'service.name': 'unknown_services' })).toEqual(application('', '', 'unknown_services'));
  });
});

describe('proxies', () => {
  const proxy = (resource: Record<string, string>, tags: Record<string, string>): Entity => {
    const fields = new FieldValues();
    for (const [key, value] of Object.entries(tags)) fields.set(fieldOfKey(key)!, value);
    return entityOfProxy(entity(resource), fields);
  };

  it('speak for the workload beside them', () => {
    const tags = {
      'node_id': 'sidecar~10.244.0.25~productpage-v1-6f89b6c557-sg2bc.bookinfo~bookinfo.svc.cluster.local',
      'istio.canonical_service': 'productpage', 'istio.canonical_revision': 'v1', 'istio.namespace': 'bookinfo', 'istio.cluster_id': 'east',
    };
    expect(proxy({ 'service.name': 'productpage.bookinfo' }, tags)).toEqual(workload('east', 'bookinfo', 'productpage-v1', 'productpage', 'v1'));
  });

  it('are gateways and waypoints by their node', () => {
    const gateway = { 'node_id': 'router~10.244.0.14~istio-ingressgateway-79788cd94-wgmsp.istio-system~x', 'istio.canonical_service': 'istio-ingressgateway' };
    expect(proxy({}, gateway)).toEqual({ cluster: '', namespace: 'istio-system', kind: 'gateway', name: 'istio-ingressgateway', app: 'istio-ingressgateway', version: '' });
    expect(proxy({ 'service.name': 'waypoint.shop' }, { node_id: 'waypoint~10.0.0.9~odd.shop~x' })).toEqual({ cluster: '', namespace: 'shop', kind: 'waypoint', name: 'waypoint', app: 'waypoint', version: '' });
  });

  it('are told by service.name alone where there is no tag', () => {
    expect(proxy({ 'service.name': 'web.shop' }, {})).toEqual(application('', 'shop', 'web'));
    expect(proxy({ 'service.name': 'web.v2', 'k8s.namespace.name': 'shop' }, {})).toEqual(application('', 'shop', 'web.v2'));
    expect(proxy({ 'service.name': 'unknown_service:envoy' }, {})).toEqual(unknownEntity);
  });
});
