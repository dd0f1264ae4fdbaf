import { area } from '../app/language';

export const t = area({ vi: () => import('../text/vi/officials'), en: () => import('../text/en/officials') });
