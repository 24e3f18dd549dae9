import { describe, expect, it } from 'vitest';
import { targetTexts } from './target-text.ts';

const texts = (targets: readonly string[], length = 34): string[] => [...targetTexts(targets, length).values()];

describe('addresses in a narrow column', () => {
  it('are whole where they fit', () => expect(texts(['http://10.0.3.7:15020/metrics', '4317'])).toEqual(['http://10.0.3.7:15020/metrics', '4317']));

  it('keep the part in which they differ, at the end of a path', () => {
    expect(texts(['http://metrics.example:9090/mesh/cart/stats/prometheus', 'http://metrics.example:9090/mesh/checkout/stats/prometheus', ''])).toEqual(['…/cart/stats/prometheus', '…/checkout/stats/prometheus', '']);
    expect(texts(['http://metrics.example:9090/mesh/shop/cart-6d4f/stats/prometheus', 'http://metrics.example:9090/mesh/payments/ledger-7f/stats/prometheus'])).toEqual(['…/shop/cart-6d4f/stats/prometheus', '…/payments/ledger-7f/stats/promet…']);
  });

  it('are told apart in the first letters, too', () => {
    expect(texts(['https://a.very-long-name.example:15020/metrics', 'https://b.very-long-name.example:15020/metrics'])).toEqual(['…/a.very-long-name.example:15020/…', '…/b.very-long-name.example:15020/…']);
  });

  it('are cut in the middle where that is all there is to do', () => {
    expect(texts([`http://metrics.example/${'x'.repeat(40)}/stats`])[0]).toHaveLength(34);
    expect(texts([`http://metrics.example/a/${'x'.repeat(60)}/stats`, `http://metrics.example/a/${'y'.repeat(60)}/stats`]).map((text) => [text.length, text.slice(0, 3)])).toEqual([[34, '…/x'], [34, '…/y']]);
  });

  it('are no longer than asked', () => {
    for (const length of [12, 20, 34]) for (const text of texts(['http://metrics.example:9090/mesh/cart/stats', 'http://metrics.example:9090/mesh/checkout/stats', `/srv/${'d'.repeat(50)}`], length)) expect(text.length).toBeLessThanOrEqual(length);
  });
});
