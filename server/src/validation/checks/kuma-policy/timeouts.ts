import { dig, field, list } from '../../model/fields.ts';
import { itemsOf } from '../../mesh/kuma.ts';
import type { Check } from '../check.ts';
import { durationMs } from './duration.ts';

/** Of each pair the first ends a request before the second can, where it is the shorter. */
const pairs: readonly (readonly [string, string])[] = [
  ['http.maxStreamDuration', 'http.requestTimeout'], ['http.streamIdleTimeout', 'http.requestTimeout'], ['http.requestTimeout', 'connectionTimeout'],
  ['http.requestTimeout', 'http.requestHeadersTimeout'], ['http.maxStreamDuration', 'http.streamIdleTimeout'],
];

export const kumaTimeouts: Check = {
  code: 'kuma-policy/timeouts',
  severity: 'warning',
  kinds: ['KumaPolicy'],
  title: 'Timeouts that contradict each other',
  meaning: 'The shorter one ends the request first, so the longer one is never reached: slow answers fail earlier than is written, or with another status.',
  remedy: 'Keep `connectionTimeout` below `requestTimeout`, and `requestTimeout` below `streamIdleTimeout` and `maxStreamDuration`; 0s switches one off.',
  run: (policy, _mesh, report) => {
    if (policy.kind !== 'MeshTimeout') return;
    const rules = list(field(policy.spec, 'rules')).map((body, n) => ({ path: `spec/rules[${n}]`, body }));
    for (const { path, body } of [...itemsOf(policy), ...rules]) {
      const read = (setting: string): number => durationMs(dig(body, 'default', ...setting.split('.'))) ?? 0;
      for (const [shorter, longer] of pairs) {
        const first = read(shorter), second = read(longer);
        if (first > 0 && second > first) report(`${path}/default/${longer.replace('.', '/')}`, `${longer} of ${second} ms is never reached: ${shorter} ends the request after ${first} ms`);
      }
    }
  },
};
