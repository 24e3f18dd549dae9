/** `12 %`, `0.4 %`, `< 0.1 %`: a share for a sentence. */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return '0 %';
  if (value < 0.1) return '< 0.1 %';
  return `${value < 10 && value % 1 !== 0 ? value.toFixed(1) : Math.round(value)} %`;
}

/** `40 s`, `3 min`, `2 h`, `5 days`. */
export function duration(seconds: number): string {
  const value = Math.abs(seconds);
  if (value < 120) return `${Math.round(value)} s`;
  if (value < 7_200) return `${Math.round(value / 60)} min`;
  return value < 172_800 ? `${Math.round(value / 3600)} h` : `${Math.round(value / 86_400)} days`;
}

/** `10:02:20 UTC`, with the day if it is not that of `day` (Unix seconds). */
export function clock(seconds: number, day: number): string {
  const iso = new Date(seconds * 1000).toISOString();
  const same = iso.slice(0, 10) === new Date(day * 1000).toISOString().slice(0, 10);
  return `${same ? '' : `${iso.slice(0, 10)} `}${iso.slice(11, 19)} UTC`;
}

/** `1,234`: the same in every locale. */
export function number(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}
