/** Answers of the core read with care: what is not of the kind that was hoped for is as if it were not there. */

export type Fields = Readonly<Record<string, unknown>>;

export const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
export const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
