import { expect, it } from 'vitest';
import { catalogue } from '../../validation/catalogue.ts';
import { observedChecks } from '../../validation/observed/observed-checks.ts';
import { checkExamples, examplesIn } from './check-examples.ts';

it('every check is shown by example: a bad object and a good one, or what is told and what is not', async () => {
  for (const { code } of catalogue) {
    const examples = await checkExamples(`checks/${code}.md`);
    expect(examples.slice(0, 2).map(({ title, isYaml, text }) => [title, isYaml, text.length > 0]), code).toEqual([['Bad', true, true], ['Good', true, true]]);
  }
  for (const { code, example } of observedChecks) {
    const examples = await checkExamples(`checks/${code}.md`);
    expect(examples.map(({ title }) => title), code).toEqual(['What telemetry cannot show', 'Example']);
    expect(examples[1]!.text).toContain(example.told);
  }
});

it('what stands beside both keeps its name, and a page that is not there shows nothing', async () => {
  const page = '# x\n\n## Bad\n\nTold of `spec`:\n\n```yaml\na: 1\n```\n\n## Good\n\n```yaml\na: 2\n```\n\nBeside both:\n\n```yaml\nb: 3\n```\n';
  expect(examplesIn(page)).toEqual([['Bad', 'a: 1\n'], ['Good', 'a: 2\n'], ['Beside both', 'b: 3\n']].map(([title, text]) => ({ title, text, isYaml: true })));
  expect(await checkExamples('checks/none/none.md')).toEqual([]);
});
