import { expect, it } from 'vitest';
import { readiness } from './health.ts';

const well = { storeReady: () => true, refusesRows: () => '', stopping: () => false };

it('says every reason for which no work can be done', () => {
  expect(readiness(well)).toEqual({ ready: true, reasons: [] });
  expect(readiness({ ...well, refusesRows: () => 'NOT_ENOUGH_SPACE' })).toEqual({ ready: false, reasons: ['the store takes no rows: NOT_ENOUGH_SPACE'] });
  expect(readiness({ storeReady: () => false, refusesRows: () => '', stopping: () => true }).reasons).toEqual(['the store does not answer', 'stopping']);
});
