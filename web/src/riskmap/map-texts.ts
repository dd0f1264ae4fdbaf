/** The words on a map of units. */

import type { ShapesSource } from '../map/overlay';
import { t } from './text';
import type { UnitsMapTexts } from './units-map';

/** Where shapes come from. What a file of others says of itself is told in its own words. */
export const sourcesOf = ({ isSchematic, source }: ShapesSource): readonly string[] =>
  isSchematic ? [t('units.schematic'), t('source')] : [t('units.source', { source })];

export const mapTexts = (): UnitsMapTexts => ({
  zoomIn: t('map.zoomIn'),
  zoomOut: t('map.zoomOut'),
  whole: t('units.back'),
  islands: [
    { code: '498', name: t('units.hoangSa') },
    { code: '576', name: t('units.truongSa') },
  ],
  goTo: (name) => t('map.goTo', { name }),
  sources: sourcesOf,
  tiles: (who) => t('base.by', { who }),
});
