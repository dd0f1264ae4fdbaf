/** Nearer, farther and the whole, on a map of Leaflet: its own buttons know neither the whole nor our words. */

import L from 'leaflet';

export interface ZoomTexts {
  zoomIn: string;
  zoomOut: string;
  whole: string;
}

const SIGNS: Readonly<Record<keyof ZoomTexts, string>> = { zoomIn: '+', zoomOut: '−', whole: '⌂' };
/** Steps of wheel and fingers end a little beside the last zoom. */
const NEARLY = 0.001;

export class ZoomButtons {
  private readonly buttons = new Map<keyof ZoomTexts, HTMLElement>();

  constructor(
    private readonly map: L.Map,
    place: { position: L.ControlPosition; isRow: boolean },
    texts: ZoomTexts,
    whole: () => void,
  ) {
    const control = new L.Control({ position: place.position });
    control.onAdd = (): HTMLElement => {
      const box = L.DomUtil.create('div', `risk-zoom no-print ${place.isRow ? 'row' : ''}`);
      this.add(box, 'zoomIn', () => map.zoomIn());
      this.add(box, 'zoomOut', () => map.zoomOut());
      this.add(box, 'whole', whole);
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    control.addTo(map);
    this.retell(texts);
    this.mark();
    map.on('zoomend zoomlevelschange', () => this.mark());
  }

  private add(box: HTMLElement, key: keyof ZoomTexts, act: () => void): void {
    const button = L.DomUtil.create('button', '', box);
    button.type = 'button';
    button.textContent = SIGNS[key];
    button.addEventListener('click', act);
    this.buttons.set(key, button);
  }

  /** At its last zoom a button leads nowhere, however the map came there. It keeps the focus: who pressed it goes on from there. */
  private mark(): void {
    const zoom = this.map.getZoom();
    this.buttons.get('zoomIn')?.setAttribute('aria-disabled', String(zoom >= this.map.getMaxZoom() - NEARLY));
    this.buttons.get('zoomOut')?.setAttribute('aria-disabled', String(zoom <= this.map.getMinZoom() + NEARLY));
  }

  retell(texts: ZoomTexts): void {
    for (const [key, button] of this.buttons) button.setAttribute('aria-label', texts[key]);
  }

  focus(): void {
    this.buttons.get('zoomIn')?.focus();
  }
}
