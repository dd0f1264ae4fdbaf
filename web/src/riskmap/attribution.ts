/** What a map says of its sources, along the whole of its lower edge: Leaflet's own control, and the map fits itself and its buttons above it. */

import L from 'leaflet';
import './attribution.css';

export class Attribution {
  private readonly control = L.control.attribution({ prefix: false });
  private readonly bar: HTMLElement;
  private readonly resize: ResizeObserver;
  private said = '';

  constructor(
    map: L.Map,
    /** Told when it has become higher or lower. */
    changed: () => void,
  ) {
    this.control.addTo(map);
    const [host, bar] = [map.getContainer(), this.control.getContainer()];
    if (!bar) throw new Error('Leaflet did not add the control');
    this.bar = bar;
    host.append(bar); // a corner would be as wide as its text, and share its place with the buttons
    this.resize = new ResizeObserver(() => {
      host.style.setProperty('--attribution', `${this.height}px`);
      changed();
    });
    this.resize.observe(bar);
  }

  /** CSS pixels that it covers. */
  get height(): number {
    return this.bar.offsetHeight;
  }

  /** Plain text, whoever wrote it: a file of boundaries and the operator of a tile server among them. */
  say(parts: readonly string[]): void {
    const said = parts.map(escaped).join(' · ');
    if (said === this.said) return;
    this.control.removeAttribution(this.said).addAttribution(said);
    this.said = said;
  }

  dispose(): void {
    this.resize.disconnect();
  }
}

function escaped(text: string): string {
  const span = document.createElement('span');
  span.textContent = text;
  return span.outerHTML;
}
