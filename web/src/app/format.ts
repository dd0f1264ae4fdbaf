/** Days and instants as people read them. The business day is the day in Việt Nam wherever the phone is. */

import { language } from './language';

const DAY_MS = 86_400_000;
const OFFSET_MS = 7 * 3_600_000;

/** `2021-09-03` or `1958` -> `03/09/2021` or `1958`. Text that is no day comes back as it is. */
export function formatDay(day: string): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  return parts ? `${parts[3]}/${parts[2]}/${parts[1]}` : day;
}

/** The day in Việt Nam at an instant, as `03/09/2021`. */
export const formatDayAt = (ms: number): string => formatDay(new Date(ms + OFFSET_MS).toISOString().slice(0, 10));

/**
 * The time in Việt Nam, as `10:05 03/09/2021` or `03/09/2021, 10:05`. Text that is no instant comes back as it is. By hand: the zones and
 * calendars behind Intl.DateTimeFormat cost a phone a third of a second on first use, and the zone has not moved since 1975.
 */
export function formatInstant(at: number | string): string {
  const there = new Date(new Date(at).getTime() + OFFSET_MS);
  if (Number.isNaN(there.getTime())) return String(at);
  const [day = '', time = ''] = there.toISOString().split('T');
  const minute = time.slice(0, 5);
  return language() === 'vi' ? `${minute} ${formatDay(day)}` : `${formatDay(day)}, ${minute}`;
}

/** `1.234,5` or `1,234.5`. By hand for the same reason: the number formats of all the world took a phone an eighth of a second. */
export function formatNumber(value: number, decimals = 0): string {
  const [group, point] = language() === 'vi' ? ['.', ','] : [',', '.'];
  const [whole = '', part] = value.toFixed(decimals).split('.');
  const grouped = whole.replace(/\d(?=(\d{3})+$)/g, `$&${group}`);
  return part === undefined ? grouped : `${grouped}${point}${part}`;
}

/** Today at UTC+7, moved by `shift` days, as `YYYY-MM-DD`. */
export function today(shift = 0): string {
  return new Date(Date.now() + OFFSET_MS + shift * DAY_MS).toISOString().slice(0, 10);
}
