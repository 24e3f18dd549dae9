const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/**
 * `90s`, `15m`, `2h`, `1d` → seconds.
 * @throws RangeError
 */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined) throw new RangeError(`«${text}» is no duration; write 90s, 15m, 2h or 1d`);
  return Number(amount) * unitSeconds[unit]!;
}

/**
 * RFC 3339 with a time zone, Unix seconds, or a duration ago → Unix seconds, whole.
 * @throws RangeError
 */
export function parseTime(text: string, nowSeconds: number): number {
  if (/^\d{1,9}[smhd]$/.test(text)) return Math.floor(nowSeconds) - parseDuration(text);
  if (/^\d{9,11}(\.\d+)?$/.test(text)) return Math.floor(Number(text));
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(ms)) throw new RangeError(`«${text}» is no time; write 2026-11-20T14:00:00Z, Unix seconds, or a duration ago such as 2h`);
  return Math.floor(ms / 1000);
}
