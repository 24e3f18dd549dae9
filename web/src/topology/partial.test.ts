import { expect, it } from 'vitest';
import { worthTelling } from './partial.ts';

const notes = ['data begins at 2027-01-15 07:59:00 UTC: of the time before nothing is kept', 'nothing was seen of namespace shpo in this window'];

it.each([[true, notes.slice(1)], [false, notes]])('live %s', (live, told) => expect(worthTelling(notes, live)).toEqual(told));
