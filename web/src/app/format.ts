/** Days and instants as people read them. The business day is the day in Việt Nam wherever the phone is. */

import { language } from './language';

const ZONE = 'Asia/Ho_Chi_Minh';
const DAY_MS = 86_400_000;
const OFFSET_MS = 7 * 3_600_000;

function locale(): string {
  return language() === 'vi' ? 'vi-VN' : 'en-GB';
}

/** Making a formatter costs a phone more than using it a hundred times: each is made once. */
const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function formatter<Format extends Intl.NumberFormat | Intl.DateTimeFormat>(kind: string, make: (locale: string) => Format): Format {
  const key = `${locale()} ${kind}`;
  const known = made.get(key);
  if (known) return known as Format; // a kind has one maker
  const fresh = make(locale());
  made.set(key, fresh);
  return fresh;
}

/** `2021-09-03` or `1958` -> `03/09/2021` or `1958`. Text that is no day comes back as it is. */
export function formatDay(day: string): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  return parts ? `${parts[3]}/${parts[2]}/${parts[1]}` : day;
}

export function formatInstant(at: number | string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return String(at);
  const format = formatter(
    'instant',
    (place) =>
      new Intl.DateTimeFormat(place, {
        timeZone: ZONE,
        day: '2-digit',
        month: '2-digit',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        hour12: false,
      }),
  );
  return format.format(date);
}

export function formatNumber(value: number, decimals = 0): string {
  const format = formatter(
    `number ${decimals}`,
    (place) => new Intl.NumberFormat(place, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }),
  );
  return format.format(value);
}

/** Today at UTC+7, moved by `shift` days, as `YYYY-MM-DD`. */
export function today(shift = 0): string {
  return new Date(Date.now() + OFFSET_MS + shift * DAY_MS).toISOString().slice(0, 10);
}
