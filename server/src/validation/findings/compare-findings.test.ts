import { expect, it } from 'vitest';
import { layOver } from '../lay-over.ts';
import { objectsOf } from '../testing/sample-mesh.ts';
import { validate } from '../validate.ts';
import { compareFindings } from './compare-findings.ts';

const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\nspec: {ports: [{name: http, port: 80}]}\n';
const rule = (name: string, host: string): string => `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: ${name}, namespace: shop}\nspec: {host: ${host}}\n`;
const changes = (standing: string, applied: string) => {
  const before = objectsOf(standing), after = layOver(before, objectsOf(applied));
  const { caused, standing: kept, mended } = compareFindings(validate(before), validate(after));
  return { caused: caused.map(({ code, object: { name } }) => `${code} ${name}`), standing: kept, mended };
};

it('tells what is new, and counts what stood before and what is gone', () => {
  const standing = `${service}---\n${rule('old', 'nowhere')}---\n${rule('typo', 'crat')}`;
  expect(changes(standing, rule('new', 'elsewhere'))).toEqual({ caused: ['destination-rule/host-not-found new'], standing: 2, mended: 0 });
  expect(changes(standing, rule('typo', 'cart'))).toEqual({ caused: [], standing: 1, mended: 1 });
});

it('tells what an object causes at another, and what is said otherwise than before', () => {
  const standing = `${service}---\n${rule('cart', 'cart')}`;
  expect(changes(standing, rule('also', 'cart')).caused.sort()).toEqual(['destination-rule/overlap also', 'destination-rule/overlap cart']);
  expect(changes(rule('a', 'crat'), rule('a', 'craat'))).toEqual({ caused: ['destination-rule/host-not-found a'], standing: 0, mended: 0 });
});

it('two objects of one id among the applied are both there, and told of', () => {
  expect(changes(service, `${rule('a', 'cart')}---\n${rule('a', 'cart')}`).caused).toContain('object/duplicate a');
});
