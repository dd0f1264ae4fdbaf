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

  /** Shows those of a server, or none. `came` is told, as often as the view has asked for some, whether any is there. */
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
    let isThere = false;
    this.layer.on('loading', () => (isThere = false));
    this.layer.on('tileload', () => (isThere = true));
    this.layer.on('load', () => came(isThere));
    this.layer.addTo(this.map);
  }
}
