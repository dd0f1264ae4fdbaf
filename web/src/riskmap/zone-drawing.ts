/** Drawing by hand over the map: a press sets a corner, a corner can be dragged. Typed coordinates and the map show the same corners. */

import L from 'leaflet';
import type { LonLat } from '../map/mercator';
import type { UnitsMap } from './units-map';

export class ZoneDrawing {
  private readonly group = L.layerGroup();
  private readonly line: L.Polygon;
  private markers: L.Marker[] = [];

  constructor(
    private readonly map: UnitsMap,
    private readonly most: number,
    private corners: LonLat[],
    /** Told of each change by hand; `isDone` is false while a corner is still dragged. */
    private readonly changed: (corners: LonLat[], isDone: boolean) => void,
  ) {
    this.line = L.polygon([], { className: 'zone-line', weight: 2.5, dashArray: '6 5', fillOpacity: 0.12, interactive: false });
    this.group.addLayer(this.line);
    this.group.addTo(map.leaflet);
    map.press = (place) => {
      this.add(place);
      return true;
    };
    map.leaflet.getContainer().classList.add('drawing');
    this.show(corners);
  }

  /** Shows corners that were typed, or that a step back has brought. */
  show(corners: readonly LonLat[]): void {
    this.corners = [...corners];
    this.line.setLatLngs(this.places());
    for (const extra of this.markers.splice(corners.length)) this.group.removeLayer(extra);
    for (const [at, place] of this.places().entries()) {
      const marker = this.markers[at];
      if (marker) marker.setLatLng(place);
      else this.markers.push(this.marker(at, place));
    }
  }

  /** Brings all corners into view, unless there are none. */
  reveal(): void {
    const places = this.places();
    if (places.length > 0 && !places.every((place) => this.map.leaflet.getBounds().contains(place)))
      this.map.leaflet.fitBounds(L.latLngBounds(places), { animate: false, padding: [40, 40], maxZoom: 13 });
  }

  dispose(): void {
    this.map.press = null;
    this.map.leaflet.getContainer().classList.remove('drawing');
    this.group.remove();
  }

  private places(): L.LatLng[] {
    return this.corners.map(({ longitude, latitude }) => L.latLng(latitude, longitude));
  }

  private add({ lng, lat }: L.LatLng): void {
    const corner = { longitude: lng, latitude: lat };
    if (this.most === 1) this.show([corner]);
    else if (this.corners.length < this.most) this.show([...this.corners, corner]);
    this.changed(this.corners, true);
  }

  private marker(at: number, place: L.LatLng): L.Marker {
    // No stop of the Tab key: the fields beside the map are the way without a mouse.
    const icon = L.divIcon({ className: 'zone-corner', iconSize: [28, 28], html: this.most === 1 ? '<span></span>' : `<span>${at + 1}</span>` });
    const marker = L.marker(place, { draggable: true, keyboard: false, icon });
    const moved = (isDone: boolean): void => {
      const { lng, lat } = marker.getLatLng();
      this.corners = this.corners.map((corner, i) => (i === at ? { longitude: lng, latitude: lat } : corner));
      this.line.setLatLngs(this.places());
      this.changed(this.corners, isDone);
    };
    marker.on('drag', () => moved(false));
    marker.on('dragend', () => moved(true));
    this.group.addLayer(marker);
    return marker;
  }
}
