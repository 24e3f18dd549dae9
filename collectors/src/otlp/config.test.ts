import { expect, it } from 'vitest';
import { otlpConfig } from './config.ts';

it('has defaults for everything, on loopback', () => {
  expect(otlpConfig.parse({})).toMatchObject({ host: '127.0.0.1', grpcPort: 4317, httpPort: 4318, maxRequestBytes: 67_108_864, redact: true });
});

it('refuses unknown keys and, unless asked by name, other machines', () => {
  expect(otlpConfig.safeParse({ prot: 1 }).error?.issues[0]?.code).toBe('unrecognized_keys');
  expect(otlpConfig.safeParse({ host: '0.0.0.0' }).error?.issues[0]?.path).toEqual(['host']);
  expect(otlpConfig.safeParse({ host: '0.0.0.0', allowInsecureBind: true }).success).toBe(true);
  expect(otlpConfig.safeParse({ host: '127.1.2.3' }).success).toBe(true);
});
