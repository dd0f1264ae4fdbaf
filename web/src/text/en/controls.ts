import type { text as vi } from '../vi/controls';

export const text: Record<keyof typeof vi, string> = {
  'combo.list': 'Entries found',
  'combo.none': 'Nothing found. Try fewer letters.',
  'combo.failed': 'The list could not be loaded. Try again with a network.',
};
