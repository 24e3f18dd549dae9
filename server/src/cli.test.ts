import { expect, it } from 'vitest';
import { parseCommandLine } from './cli.ts';

const parse = (...args: string[]) => parseCommandLine(args, '1.2.3');

it('runs a command with its configuration file', () => {
  expect(parse('serve')).toEqual({ kind: 'run', command: 'serve', configFile: undefined });
  expect(parse('doctor', '-c', 'a.yaml')).toEqual({ kind: 'run', command: 'doctor', configFile: 'a.yaml' });
});

it('prints help and version', () => {
  expect(parse('--help')).toMatchObject({ kind: 'print', text: expect.stringMatching(/serve[\s\S]*collect[\s\S]*migrate[\s\S]*doctor/) as string });
  expect(parse('serve', '--help')).toMatchObject({ kind: 'print', text: expect.stringContaining('usage: orrery serve') as string });
  expect(parse('--version')).toEqual({ kind: 'print', text: 'orrery 1.2.3' });
});

it.each([[[]], [['srve']], [['serve', 'more']], [['serve', '--conf']], [['toString']]])('takes %j for a mistake', (args) => {
  expect(parse(...args).kind).toBe('mistake');
});
