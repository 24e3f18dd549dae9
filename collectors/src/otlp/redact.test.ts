import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactCommand, redactName, redactionOf, redactQueryLiterals } from './redact.ts';

const stored = (key: string, text: string): string => redactionOf(key)?.(text) ?? text;

it.each([
  ['http.request.header.authorization', 'Bearer abc', '[redacted]'],
  ['http.request.header.Cookie', '["sid=1"]', '[redacted]'],
  ['http.response.header.set-cookie', 'sid=1', '[redacted]'],
  ['rpc.request.metadata.proxy-authorization', 'x', '[redacted]'],
  ['http.request.header.x_api_key', 'x', '[redacted]'],
  ['db.query.parameter.user', 'bob', '[redacted]'],
  ['url.query', 'a=1', '[redacted]'],
  ['url.full', 'https://bob:pw@shop.example/a?token=1#frag', 'https://[redacted]@shop.example/a?[redacted]'],
  ['http.target', '/a/b?c=d', '/a/b?[redacted]'],
  ['http.request.header.referer', 'http://x/?q=1', 'http://x/?[redacted]'],
  ['db.statement', "SELECT * FROM users WHERE name = 'bob'", 'SELECT * FROM users WHERE name = ?'],
  ['http.route', '/users/{id}', '/users/{id}'],
  ['http.request.method', 'GET', 'GET'],
  ['gen_ai.usage.input_tokens', '17', '17'],
  ['session.id', 'abc', 'abc'],
  ['k8s.secret.name', 'tls', 'tls'],
])('stores %s %s as %s', (key, text, expected) => {
  expect(stored(key, text)).toBe(expected);
});

describe('redactQueryLiterals', () => {
  it.each([
    ["INSERT INTO t VALUES (1, -2.5e3, 'it''s', 0xFF)", 'INSERT INTO t VALUES (?, ?, ?, ?)'],
    ['SELECT a1, t2.c3 FROM t2 WHERE id = $1 AND x = :p2', 'SELECT a1, t2.c3 FROM t2 WHERE id = $1 AND x = :p2'],
    ["SELECT $tag$secret$tag$, $$also$$ FROM t", 'SELECT ?, ? FROM t'],
    ["SELECT 'never closed", 'SELECT ?'],
    ["SELECT 'a\\' , secret '", 'SELECT ?'],
    ['{"find": "users", "filter": {"age": 42}}', '{?: ?, ?: {?: ?}}'],
  ])('%s', (query, expected) => {
    expect(redactQueryLiterals(query)).toBe(expected);
  });

  it('lets no quoted secret through', () => {
    const piece = fc.constantFrom("'", '"', '\\', "''", '\\\'', ' ', 'x', '1', '$$');
    const secret = 'hunter';
    fc.assert(fc.property(fc.array(piece), fc.array(piece), (before, after) => {
      // A literal is what stands between two quotes with no quote, escape or dollar inside.
      const query = `SELECT a FROM b WHERE c = '${secret}' ${after.join('')}`;
      expect(redactQueryLiterals(query)).not.toContain(secret);
      expect(redactQueryLiterals(before.join('')).length).toBeLessThanOrEqual(before.join('').length);
    }));
  });

  it('takes time in proportion to the text', () => {
    const text = "'".repeat(200_001) + '$'.repeat(1000) + '1'.repeat(100_000);
    expect(redactQueryLiterals(text).length).toBeLessThan(text.length);
  });
});

it('keeps the command alone where values have no quotes', () => {
  expect(redactCommand('redis', 'SET session:1 secret')).toBe('SET ?');
  expect(redactCommand('redis', 'PING')).toBe('PING');
  expect(redactCommand('postgresql', 'SELECT a')).toBe('SELECT a');
});

it('redacts names that hold a query', () => {
  expect(redactName('GET /a?token=1', '')).toBe('GET /a?[redacted]');
  expect(redactName("SELECT * FROM t WHERE a = 'x'", 'mysql')).toBe('SELECT * FROM t WHERE a = ?');
  expect(redactName('is it done?', '')).toBe('is it done?');
});
