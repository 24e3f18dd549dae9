import { describe, expect, it } from 'vitest';
import { objectsOf } from '../../testing/sample-mesh.ts';
import { validate } from '../../validate.ts';

const gateway = (listener: string): string => `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {gatewayClassName: a, listeners: [{name: main, port: 80, ${listener}}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: bank, labels: {doors: open}}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: bank}
spec: {ports: [{port: 80}]}
`;
const route = (kind: string, name: string, spec: string, made = ''): string => `---
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: {name: ${name}, namespace: bank${made === '' ? '' : `, creationTimestamp: "${made}"`}}
spec: {parentRefs: [{name: edge, namespace: shop, sectionName: main}], ${spec}}
`;
const all = 'protocol: HTTP, allowedRoutes: {namespaces: {from: All}}', rules = 'rules: [{backendRefs: [{name: cart, port: 80}]}]';
const told = (...documents: string[]): string[] => validate(objectsOf(documents.join(''))).map(({ code, object, path }) => `${code.replace('gateway-api/', '')} ${object.name} ${path}`).sort();

describe('routes of the Gateway API', () => {
  it.each([
    [all, 'HTTPRoute', true], [all, 'GRPCRoute', true], [all, 'TCPRoute', false], ['protocol: TCP, allowedRoutes: {namespaces: {from: All}}', 'TCPRoute', true], ['protocol: UDP, allowedRoutes: {namespaces: {from: All}}', 'TCPRoute', false],
    ['protocol: HTTP, allowedRoutes: {kinds: [{kind: GRPCRoute}], namespaces: {from: All}}', 'HTTPRoute', false], ['protocol: example.com/own, allowedRoutes: {namespaces: {from: All}}', 'HTTPRoute', true],
    ['protocol: HTTP, allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {doors: open}}}}', 'HTTPRoute', true],
  ])('a listener with %s takes a %s: %s', (listener, kind, isTaken) => {
    expect(told(gateway(listener), route(kind, 'a', rules))).toEqual(isTaken ? [] : ['listener-refuses a spec/parentRefs[0]']);
  });

  it('a listener takes routes of its own namespace unless it says otherwise', () => {
    expect(told(gateway('protocol: HTTP'), route('HTTPRoute', 'a', rules))).toEqual(['listener-refuses a spec/parentRefs[0]', 'parent-not-found a spec/parentRefs[0]/name/edge']);
  });

  it.each([
    ['a.example', '[a.example]', true], ['"*.example"', '[a.b.example]', true], ['"*.example"', '[example]', false], ['a.example', '["*.example"]', true], ['a.example', '["*.other"]', false], ['a.example', '[b.example, A.example]', true],
  ])('names of listener %s and route %s meet: %s', (listener, route_, isMet) => {
    expect(told(gateway(`${all}, hostname: ${listener}`), route('HTTPRoute', 'a', `hostnames: ${route_}, ${rules}`))).toEqual(isMet ? [] : ['hostnames-apart a spec/parentRefs[0]']);
  });

  it('of two routes with one match the younger is never reached, whatever its name', () => {
    const matching = (name: string, made: string): string => route('HTTPRoute', name, 'rules: [{matches: [{headers: [{name: A, value: b}, {name: C, value: d}]}], backendRefs: [{name: cart, port: 80}]}]', made);
    const turned = route('HTTPRoute', 'a', 'rules: [{matches: [{path: {type: PathPrefix, value: /}, headers: [{name: c, value: d, type: Exact}, {name: a, value: b}]}], backendRefs: [{name: cart, port: 80}]}]', '2026-02-01T00:00:00Z');
    expect(told(gateway(all), matching('b', '2026-01-01T00:00:00Z'), turned)).toEqual(['match-repeated a spec/rules[0]/matches[0]']);
    expect(told(gateway(all), matching('b', '2026-03-01T00:00:00Z'), turned)).toEqual(['match-repeated b spec/rules[0]/matches[0]']);
    expect(told(gateway(all), matching('b', '2026-03-01T00:00:00Z').replace('value: b', 'value: e'), turned)).toEqual([]);
  });
});
