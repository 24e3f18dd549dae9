import { expect, it } from 'vitest';
import { guardPolicy, refuse } from './request-guard.ts';

const code = (headers: Record<string, string>, policy = guardPolicy('127.0.0.1', ['orrery.example'], ['https://portal.example'])): string | undefined => refuse({ method: 'GET', headers }, policy)?.code;

it.each(['localhost', 'LOCALHOST:7070', '127.0.0.1:1', '[::1]:7070', 'orrery.example', 'Orrery.Example:443'])('serves the Host %s', (host) => {
  expect(code({ host })).toBeUndefined();
});

it.each(['', 'evil.example', 'localhost.evil.example', '127.0.0.1.nip.io', '10.0.0.1', '::1', 'orrery.example.', 'localhost:7070:80', 'x@localhost'])('refuses the Host «%s»', (host) => {
  expect(code({ host })).toBe('HOST_NOT_ALLOWED');
});

it('takes addresses of the machine where it is bound to all of them, and still no foreign names', () => {
  const policy = guardPolicy('0.0.0.0', [], []);
  expect(code({ host: '10.0.0.1:7070' }, policy)).toBeUndefined();
  expect(code({ host: '[fd00::1]:7070' }, policy)).toBeUndefined();
  expect(code({ host: 'evil.example' }, policy)).toBe('HOST_NOT_ALLOWED');
});

it('takes its own origin and configured ones, on the same port only', () => {
  const host = 'localhost:7070';
  expect(code({ host, origin: 'http://localhost:7070' })).toBeUndefined();
  expect(code({ host, origin: 'https://portal.example' })).toBeUndefined();
  for (const origin of ['http://localhost:7071', 'http://localhost', 'null', 'http://evil.example', 'http://localhost:7070.evil.example', '']) {
    expect(code({ host, origin })).toBe('ORIGIN_NOT_ALLOWED');
  }
});
