import { expect, it } from 'vitest';
import { defaultOptions, defaultView } from '../lib/view-state.ts';
import { subjectOf } from './graph-input.ts';

const asked = (given: Partial<typeof defaultView>): ReturnType<typeof subjectOf> => subjectOf({ ...defaultView, ...given });
const both = { ...defaultOptions, injectServices: true, operations: true };

it('asks for what the graph can be asked for: no services between those of a service graph, no depth without its node', () => {
  expect(asked({})).toEqual({ type: 'workload', namespaces: [] });
  expect(asked({ type: 'app', options: both })).toEqual({ type: 'app', namespaces: [], injectServices: true, operations: true });
  expect(asked({ type: 'service', options: { ...both, depth: 3 } })).toEqual({ type: 'service', namespaces: [], operations: true });
});
