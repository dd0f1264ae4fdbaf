/** Days and instants as people read them. The business day is the day in Việt Nam wherever the phone is. */

import { language } from './language';

const ZONE = 'Asia/Ho_Chi_Minh';
const DAY_MS = 86_400_000;
const OFFSET_MS = 7 * 3_600_000;

function locale(): string {
  return language() === 'vi' ? 'vi-VN' : 'en-GB';
}

/** `2021-09-03` or `1958` -> `03/09/2021` or `1958`. Text that is no day comes back as it is. */
export function formatDay(day: string): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  return parts ? `${parts[3]}/${parts[2]}/${parts[1]}` : day;
}

export function formatInstant(at: number | string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return String(at);
  return new Intl.DateTimeFormat(locale(), {
    timeZone: ZONE,
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(date);
}

export function formatNumber(value: number, decimals = 0): string {
  return new Intl.NumberFormat(locale(), {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(value);
}

/** Today at UTC+7, moved by `shift` days, as `YYYY-MM-DD`. */
export function today(shift = 0): string {
  return new Date(Date.now() + OFFSET_MS + shift * DAY_MS).toISOString().slice(0, 10);
}
