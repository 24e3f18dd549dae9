import { expect, it } from 'vitest';
import { orreryClient, OrreryError } from './orrery-client.ts';

const json = (body: unknown): Response => new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });

it('sends user and password as a proxy wants them, below the path that it was given, and names them nowhere', async () => {
  const asked: [string, string | null][] = [];
  const client = orreryClient('https://ops:p%40ss@mesh.example/orrery', async (input, init) => {
    asked.push([String(input), new Headers(init?.headers).get('authorization')]);
    return json({ data: { one: 1 } });
  });
  await client.json('api/graph', { type: 'app' });
  await client.post('api/v1/findings/at-stake', {});
  await client.graphql('{ one }');
  const authorization = `Basic ${Buffer.from('ops:p@ss').toString('base64')}`;
  expect(asked).toEqual([
    ['https://mesh.example/orrery/api/graph?type=app', authorization],
    ['https://mesh.example/orrery/api/v1/findings/at-stake', authorization],
    ['https://mesh.example/orrery/graphql', authorization],
  ]);
  expect(client.url.href).toBe('https://mesh.example/orrery/');
});

it('tells what went wrong without what was secret', async () => {
  const broken = orreryClient('http://ops:s3cret@127.0.0.1:7070', () => Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })));
  await expect(broken.json('api/graph')).rejects.toThrow(new OrreryError('no Orrery answers at http://127.0.0.1:7070 (connect ECONNREFUSED); name another one with --orrery'));
  expect(() => orreryClient('ftp://ops:s3cret@mesh.example')).toThrow(/^--orrery is a URL such as http:\/\/127\.0\.0\.1:7070$/);
  expect(() => orreryClient('http://ops:50%@mesh.example')).toThrow('--orrery: user and password are percent-encoded');
});
