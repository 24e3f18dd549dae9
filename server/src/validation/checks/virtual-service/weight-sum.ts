import { routesOf } from '../../mesh/routes.ts';
import type { Check } from '../check.ts';

export const weightSum: Check = {
  code: 'virtual-service/weight-sum',
  severity: 'warning',
  kinds: ['VirtualService'],
  title: 'Weights that are no percentages',
  meaning: 'Weights are shares of their sum: 50 and 100 are a third and two thirds. A destination without a weight gets nothing beside others that have one.',
  remedy: 'Make the weights of a route add up to 100, and write one for each destination.',
  run: (service, _mesh, report) => {
    for (const { path, destinations } of routesOf(service)) {
      if (destinations.length < 2) continue;
      const sum = destinations.reduce((total, { weight }) => total + (weight ?? 0), 0);
      if (sum === 0) report(`${path}/route`, `${destinations.length} destinations have no weight, so none can be chosen by it`);
      else if (sum !== 100) report(`${path}/route`, `the weights add up to ${sum}: ${destinations.map(({ weight = 0 }) => `${weight} is ${Math.round((1000 * weight) / sum) / 10} %`).join(', ')}`);
    }
  },
};
