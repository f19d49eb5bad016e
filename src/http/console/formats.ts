const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;
const bytesPerMb = 1024 * 1024;

/** `1.5 GB`, in units of 1,024. */
export function showBytes(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (Math.abs(value) >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  const digits = unit === 0 || Math.abs(value) >= 100 ? 0 : 1;
  return `${value.toFixed(digits).replace(/\.0$/, '')} ${units[unit] ?? ''}`;
}

/** As showBytes; null: no limit. */
export function showLimit(bytes: number | null): string {
  return bytes === null ? 'no limit' : showBytes(bytes);
}

/** As showBytes, of a number of MB. */
export function showMb(mb: number): string {
  return showBytes(mb * bytesPerMb);
}

/** `73 %`; what is not nothing is never shown as such. */
export function showPercent(part: number, whole: number): string {
  if (whole <= 0) return part > 0 ? 'over 100 %' : '0 %';
  const percent = (part / whole) * 100;
  if (percent > 0 && percent < 1) return 'below 1 %';
  return `${Math.floor(percent)} %`;
}

/** `12,345` */
export function showCount(count: number): string {
  return count.toLocaleString('en');
}

/** `1 user`, `2 users` */
export function showCounted(count: number, noun: string): string {
  return `${showCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `2026-11-30 06:15:07`, in UTC. */
export function showTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** `2026-11-30`, in UTC. */
export function showDay(atMs: number): string {
  return showTime(atMs).slice(0, 10);
}
