import { readFileSync } from 'node:fs';
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

it('is started with what every other way of starting gives Node', () => {
  const [firstLine = ''] = readFileSync(new URL('../bin/orrery.mjs', import.meta.url), 'utf8').split('\n');
  const { nodeArgs, v8Flags } = JSON.parse(readFileSync(new URL('../bin/process.json', import.meta.url), 'utf8')) as Record<'nodeArgs' | 'v8Flags', readonly string[]>;
  // V8's are set by the command, but for the nursery's size, which stands once V8 has started. Longer first lines are cut by older systems.
  const given = firstLine.replace('#!/usr/bin/env -S node ', '').split(' ');
  expect([...given].sort()).toEqual([...nodeArgs, ...v8Flags.filter((flag) => flag.startsWith('--max-semi-space-size'))].sort());
  expect(firstLine.length).toBeLessThan(127);
});
