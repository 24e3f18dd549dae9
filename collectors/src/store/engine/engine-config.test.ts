import { describe, expect, it } from 'vitest';
import { engineConfig, engineUsers } from './engine-config.ts';

const settings = { usersFile: '/data/a & b/<users>.xml', memoryBytes: 1_000, urlKey: 'k-e_y', durable: false };

describe('the engine\'s configuration', () => {
  it('escapes paths', () => {
    expect(engineConfig(settings)).toContain('<users_config>/data/a &#38; b/&#60;users&#62;.xml</users_config>');
  });

  it('has one handler, and only under the secret path', () => {
    expect(engineConfig(settings).match(/<url>.*<\/url>/g)).toEqual(['<url>regex:^/k-e_y/?([?].*)?$</url>']);
  });

  it('makes inserts survive power loss where that is asked for', () => {
    expect(engineConfig(settings)).not.toContain('fsync');
    expect(engineConfig({ ...settings, durable: true })).toContain('<fsync_after_insert>1</fsync_after_insert>');
  });

  it('holds hashes of passwords, and gives sources to the engine\'s own session alone', () => {
    const users = engineUsers('orrery', { name: 'app', password: 'app-secret' }, { name: 'reader', password: 'reader-secret' });
    expect(users).not.toMatch(/app-secret|reader-secret/);
    const grants = (name: string): string => users.slice(users.indexOf(`<${name}><pass`), users.indexOf(`</${name}>`, users.indexOf(`<${name}><pass`)));
    expect(grants('default')).toContain('READ ON FILE');
    for (const name of ['app', 'reader']) expect(grants(name)).not.toMatch(/ON (FILE|URL|S3|REMOTE)|SOURCES/);
    expect([...grants('reader').matchAll(/<query>GRANT (\w+)/g)].map((match) => match[1])).toEqual(['SELECT', 'SELECT']);
  });
});
