/** Names without what only Vietnamese has: to be found as people type them, and as names of files. */

/** No marks, no đ, small letters, single spaces. */
export function fold(text: string): string {
  return text
    .replace(/[đĐ]/g, 'd')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
}

/** thanh-pho-ho-chi-minh */
export const plainName = (name: string): string => fold(name).replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
