/** Web Mercator, in which the overlay has its places. */

import type { World } from './overlay';

/** Degrees. */
export interface LonLat {
  longitude: number;
  latitude: number;
}

/** Where the square of the world ends; what lies nearer to a pole stands at its edge. */
const MOST_LATITUDE = 85.0511287798;

export function worldAt({ longitude, latitude }: LonLat): World {
  const sine = Math.sin((Math.min(Math.max(latitude, -MOST_LATITUDE), MOST_LATITUDE) * Math.PI) / 180);
  return { x: longitude / 360 + 0.5, y: 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) };
}
