/** A cost per month: `$12.40/mo`. A currency that is none of ISO 4217 is written behind. */
export function monthly(value: number, currency: string): string {
  const digits = value >= 100 ? 0 : 2;
  const number = value > 0 && value < 0.01 ? 0.01 : value;
  const less = value > 0 && value < 0.01 ? '< ' : '';
  try {
    return `${less}${new Intl.NumberFormat('en-US', { style: 'currency', currency, currencyDisplay: 'narrowSymbol', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(number)}/mo`;
  } catch {
    return `${less}${number.toFixed(digits)} ${currency}/mo`;
  }
}
