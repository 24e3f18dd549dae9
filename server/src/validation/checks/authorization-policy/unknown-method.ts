import { matchesPattern } from '../../mesh/principals.ts';
import type { Check } from '../check.ts';
import { operationValues } from './rules.ts';

const methods = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'];

export const unknownMethod: Check = {
  code: 'authorization-policy/unknown-method',
  kiali: 'KIA0102',
  severity: 'warning',
  kinds: ['AuthorizationPolicy'],
  title: 'No such HTTP method',
  meaning: 'No request has the method, so this part of the rule never matches.',
  remedy: 'Write a method of HTTP, a prefix (`P*`) or a suffix (`*T`) of one. gRPC calls are POST: name their method in `paths`.',
  run: (policy, _mesh, report) => {
    for (const { path, text } of operationValues(policy, 'methods')) {
      const pattern = text.trim().toUpperCase();
      const isOpenOnBothSides = pattern.length > 1 && pattern.startsWith('*') && pattern.endsWith('*');
      if (pattern !== '*' && (isOpenOnBothSides || !methods.some((method) => matchesPattern(pattern, method)))) report(path, `no HTTP method is ${pattern.includes('*') ? 'like ' : ''}${text}`);
    }
  },
};
