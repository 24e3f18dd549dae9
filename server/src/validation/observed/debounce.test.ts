import { describe, expect, it } from 'vitest';
import type { FindingSpell } from '../findings/spell.ts';
import type { Finding } from '../model/finding.ts';
import { Debounce } from './debounce.ts';

const finding = (message = 'm'): Finding => ({ code: 'observed/x', kiali: undefined, severity: 'warning', object: { cluster: 'c', group: 'g', kind: 'K', namespace: 'n', name: 'a' }, path: 'p', message, origin: undefined });
const minute = 60_000;

/** Looks, one a minute: `+` told, `-` not told, `?` undecided, `x` the object is gone. Gives when each spell came and went, in minutes. */
function history(looks: string, every = minute, messages: readonly string[] = []): string[] {
  const debounce = new Debounce(3), open = new Map<string, FindingSpell>(), spells = new Map<number, string>();
  [...looks].forEach((look, i) => {
    const changed = debounce.look({
      open, exists: () => look !== 'x', atMs: i * every,
      observed: { findings: look === '+' ? [finding(messages[i])] : [], undecided: [], isUndecided: () => look === '?' },
    });
    for (const spell of changed) {
      spells.set(spell.cameMs, `${spell.cameMs / minute}-${spell.wentMs === null ? '' : spell.wentMs / minute}${spell.message === 'm' ? '' : ` ${spell.message}`}`);
      if (spell.wentMs === null) open.set(spell.finding, spell);
      else open.delete(spell.finding);
    }
  });
  return [...spells.values()];
}

describe('debounce', () => {
  it('takes three looks in a row to come and three to go, from the first of them', () => {
    expect(history('++-++-')).toEqual([]);
    expect(history('-+++')).toEqual(['1-']);
    expect(history('+++--+-')).toEqual(['0-']);
    expect(history('+++--+---')).toEqual(['0-6']);
    expect(history('+++---+++')).toEqual(['0-3', '6-']);
  });

  it('neither comes nor goes by looks that cannot judge, for a day', () => {
    expect(history('+++?????')).toEqual(['0-']);
    expect(history('+++-?--')).toEqual(['0-3']);
    expect(history('+++??????????', 3 * 3_600_000)).toEqual(['0-1800']);
  });

  it('goes at once with its object', () => {
    expect(history('+++x')).toEqual(['0-3']);
  });

  it('goes on with other words', () => {
    expect(history('++++', minute, ['m', 'm', 'm', 'other'])).toEqual(['0- other']);
  });
});
