import { describe, expect, it } from 'vitest';
import { ApiError } from '../errors.ts';
import { textOf, uploadFromQuery } from './config-upload.ts';

describe('an upload', () => {
  it('names its cluster; the rest has defaults', () => {
    expect(uploadFromQuery({ cluster: 'staging' })).toEqual({ cluster: 'staging', namespace: 'default', isWhole: false });
    expect(uploadFromQuery({ cluster: 'staging', namespace: 'shop', whole: 'true' })).toEqual({ cluster: 'staging', namespace: 'shop', isWhole: true });
  });

  it.each([
    [{}, 'cluster'], [{ cluster: '' }, 'cluster'], [{ cluster: ['a', 'b'] }, 'cluster'], [{ cluster: 'c', namespace: 'No Namespace' }, 'namespace'],
    [{ cluster: 'c', whole: 'yes' }, 'whole'], [{ cluster: 'c', tenant: 'x' }, 'unknown parameter tenant'],
  ])('%j is refused with its reason', (query, reason) => {
    expect(() => uploadFromQuery(query)).toThrow(reason);
    expect(() => uploadFromQuery(query)).toThrow(ApiError);
  });

  it('is text', () => {
    expect(textOf(Buffer.from('kind: Gateway'))).toBe('kind: Gateway');
    expect(() => textOf(Uint8Array.of(0x1f, 0x8b, 0xff))).toThrow('not UTF-8');
  });
});
