import { describe, expect, it } from 'vitest';
import { loadConfig, type ConfigResult } from './config.ts';

function load(text: string | null, env: Record<string, string> = {}, file?: string): ConfigResult {
  return loadConfig(file, { env, cwd: '/somewhere', readFile: (path) => (path === '/somewhere/orrery.yaml' ? text : null) });
}

function problems(text: string, env: Record<string, string> = {}): readonly string[] {
  const result = load(text, env);
  return result.ok ? [] : result.problems;
}

describe('loadConfig', () => {
  it('needs no file', () => {
    const result = load(null);
    expect(result).toMatchObject({ ok: true, file: null, config: { tenant: 'default', server: { host: '127.0.0.1', port: 7070 } } });
  });

  it('names a file that was asked for and is missing', () => {
    expect(load(null, {}, 'other.yaml')).toEqual({ ok: false, problems: ['/somewhere/other.yaml: no such file'], file: '/somewhere/other.yaml' });
  });

  it.each([['EISDIR', 'is a directory, a file is expected'], ['EACCES', 'this user may not read it'], ['EIO', 'EIO']])('names a file that cannot be read: %s', (code, told) => {
    const readFile = (): never => { throw Object.assign(new Error(code), { code }); };
    expect(loadConfig('there', { env: {}, cwd: '/somewhere', readFile })).toEqual({ ok: false, problems: [`/somewhere/there: ${told}`], file: '/somewhere/there' });
  });

  it('lets the environment override the file', () => {
    const result = load('server: { port: 1 }\nself: { logLevel: warn }', { ORRERY_PORT: '2', ORRERY_OTLP_GRPC_PORT: '0', CLICKHOUSE_URL: 'http://db:8123' });
    expect(result).toMatchObject({ ok: true, config: { server: { port: 2 }, otlp: { grpcPort: 0 }, store: { url: 'http://db:8123' }, self: { logLevel: 'warn' } } });
  });

  it('freezes what it gives', () => {
    const result = load('server: { allowedHosts: [a] }');
    expect(result.ok && Object.isFrozen(result.config.server.allowedHosts)).toBe(true);
  });

  it('lists everything that is wrong at once, each with its path', () => {
    expect(problems('serevr: {}\nserver: { prot: 1, host: 5 }\notlp: { grpcPort: 70000 }\nself: { traces: maybe }', { ORRERY_PROT: '1', ORRERY_DEMO: 'perhaps' })).toEqual([
      'ORRERY_PROT: unknown environment variable (did you mean «ORRERY_PORT»?)',
      'ORRERY_DEMO: true or false is expected for console.demo',
      'server.host: Invalid input: expected string, received number',
      'server.prot: unknown key (did you mean «port»?)',
      'otlp.grpcPort: Too big: expected number to be <=65535',
      'self.traces: true, false or a URL such as http://collector:4317',
      'serevr: unknown key (did you mean «server»?)',
    ]);
  });

  it('takes the variables that Kubernetes sets for a Service named orrery for what they are', () => {
    expect(load(null, { ORRERY_PORT: 'tcp://10.0.0.1:7070', ORRERY_SERVICE_HOST: '10.0.0.1', ORRERY_PORT_7070_TCP_ADDR: '10.0.0.1' })).toMatchObject({ ok: true, config: { server: { port: 7070 } } });
  });

  it('says where YAML breaks', () => {
    expect(problems('server: [1')[0]).toMatch(/line 1/);
    expect(problems('- a\n- b')[0]).toMatch(/^the file: .*expected object/);
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'orrery.example'])('refuses to bind to %s unless asked for by name', (host) => {
    expect(problems(`server: { host: "${host}" }`)).toEqual([expect.stringContaining('server.allowInsecureBind: true')]);
    expect(problems(`server: { host: "${host}", allowInsecureBind: true }`)).toEqual([]);
  });

  it.each(['localhost', '127.0.0.2', '::1'])('binds to %s without being asked', (host) => {
    expect(problems(`server: { host: "${host}" }`)).toEqual([]);
  });
});
