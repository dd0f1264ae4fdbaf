/** Pictures of a tile server below everything else of a map: pale and grey, so that no colour of theirs is taken for one of a level. */

import L from 'leaflet';
import type { TileServer } from './tiles';
import './tile-layer.css';

export class TileLayer {
  private layer: L.TileLayer | null = null;
  private shown = '';

  constructor(
    private readonly map: L.Map,
    private readonly pane: string,
  ) {}

  /** Shows those of a server, or none. `came` is told, as often as all that the view asked for have come or failed, whether any is there. */
  show(server: TileServer | null, came: (isThere: boolean) => void): void {
    const wanted = server ? `${server.url} ${server.maxZoom}` : '';
    if (wanted === this.shown) return;
    this.shown = wanted;
    this.layer?.remove();
    this.layer = null;
    this.map.getContainer().classList.toggle('has-tiles', server !== null);
    if (!server) return;
    this.layer = L.tileLayer(server.url, { pane: this.pane, maxNativeZoom: server.maxZoom, noWrap: true });
    // A picture that does not come leaves the plain map: Leaflet shows no tile that is not there.
    this.layer.on('load', () => came(!!this.layer?.getContainer()?.querySelector('.leaflet-tile-loaded')));
    this.layer.addTo(this.map);
  }
}
