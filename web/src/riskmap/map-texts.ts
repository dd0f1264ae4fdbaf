/** The words on a map of units. */

import { t } from './text';
import type { UnitsMapTexts } from './units-map';

export const mapTexts = (): UnitsMapTexts => ({
  zoomIn: t('map.zoomIn'),
  zoomOut: t('map.zoomOut'),
  whole: t('units.back'),
  islands: [
    { code: '498', name: t('units.hoangSa') },
    { code: '576', name: t('units.truongSa') },
  ],
  goTo: (name) => t('map.goTo', { name }),
});
