/** The drawn map: Leaflet with outlines, patterns, digits, names and islands. It draws when told to, and rests between. */

import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import { turn } from '../app/turns';
import { Attribution } from './attribution';
import type { Country, Island, Outline, Point } from './outlines';
import { TileLayer } from './tile-layer';
import type { TileServer } from './tiles';
import { ZoomButtons } from './zoom-buttons';

/** How one outline is to look and what it is called. */
export interface Look {
  colour: string;
  pattern: string;
  /** A digit in the middle, "" for none: the second carrier beside colour and pattern. */
  digit: string;
  light: boolean;
  /** Nobody has approved it: its edge is a row of dashes. */
  isOpen: boolean;
  name: string;
  /** What a screen reader says. */
  label: string;
}

export interface MapTexts {
  title: string;
  zoomIn: string;
  zoomOut: string;
  whole: string;
  sea: string;
  /** Where the shapes come from, and what they are not. */
  sources: readonly string[];
  /** Who made the background. */
  tiles: (who: string) => string;
  island: (island: Island) => string;
  goTo: (name: string) => string;
}

interface Drawn {
  outline: Outline;
  layer: L.Polygon;
  mark: L.Marker;
  look: Look | null;
}

// Room for the archipelagos: the first view shows the whole country with Hoàng Sa and Trường Sa.
const WHOLE = L.latLngBounds([8.3, 101.9], [23.5, 114.1]);
const SEA: Point = [12.4, 111.9];
// Below this zoom names of provinces and small islands would cover one another.
const NAMES_FROM = 7;
// To the south as far as the words below a small map reach, which cover what lies there.
const LIMITS = L.latLngBounds([-3, 98], [27, 120]);

// What a cheap phone puts into the page in less than the 50 ms after which a tap waits noticeably.
const PROVINCES_AT_ONCE = 3;
const DASHES = '4 3';

export class RiskMap {
  private readonly map: L.Map;
  private readonly drawn = new Map<string, Drawn>();
  private readonly islandMarks: { island: Island; mark: L.Marker }[] = [];
  private readonly sea: L.Marker;
  private readonly inset: HTMLElement;
  private readonly attribution: Attribution;
  private readonly background: TileLayer;
  private readonly resize: ResizeObserver;
  private readonly print = (): void => this.whole();
  private focused: string;
  private selected: string | null = null;
  private readonly buttons: ZoomButtons;
  private tiles: TileServer | null = null;
  private fills = 0;
  private gone = false;

  constructor(
    private readonly host: HTMLElement,
    private country: Country,
    private texts: MapTexts,
    private readonly choose: (code: string) => void,
  ) {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.map = L.map(host, {
      attributionControl: false,
      zoomControl: false,
      keyboard: false, // arrow keys go from province to province
      zoomSnap: 0,
      zoomDelta: 0.75,
      scrollWheelZoom: false,
      maxZoom: 10,
      maxBounds: LIMITS,
      maxBoundsViscosity: 0.8,
      zoomAnimation: !still,
      fadeAnimation: !still,
      inertia: !still,
      renderer: L.svg({ padding: 0.4 }),
    });
    const digits = this.map.createPane('digits');
    digits.style.zIndex = '450';
    digits.style.pointerEvents = 'none';
    this.attribution = new Attribution(this.map, () => this.resized());
    this.background = new TileLayer(this.map, 'tilePane');
    this.saySources();
    this.whole();
    for (const island of country.islands) this.addIsland(island);
    this.sea = L.marker(SEA, {
      pane: 'digits',
      interactive: false,
      keyboard: false,
      icon: L.divIcon({ className: 'risk-sea', iconSize: [0, 0], html: '<span></span>' }),
    }).addTo(this.map);
    this.focused = country.outlines[0]?.code ?? '';
    // On a narrow map the corner that holds no land and no name is the lower left one.
    const isNarrow = host.clientWidth < 480;
    this.buttons = new ZoomButtons(this.map, { position: isNarrow ? 'bottomleft' : 'topright', isRow: isNarrow }, texts, () => this.whole());
    this.inset = this.addInsets();
    this.map.on('zoomend moveend', () => this.afterMove());
    // The wheel belongs to the page until somebody has pressed into the map.
    this.map.on('mousedown', () => this.map.scrollWheelZoom.enable());
    this.map.getContainer().addEventListener('mouseleave', this.releaseWheel);
    host.addEventListener('keydown', this.onKey);
    this.resize = new ResizeObserver(() => this.resized());
    this.resize.observe(host);
    addEventListener('beforeprint', this.print);
    this.retell(texts);
    this.afterMove();
  }

  /**
   * Adds the provinces, a few at a time, so that a finger or key is answered in between. Until the last they are not shown: else
   * the browser would lay out and paint the growing map after each turn.
   */
  async fill(): Promise<void> {
    const { outlines } = this.country;
    const mine = ++this.fills;
    // It may have been divided otherwise meanwhile, and back again: then another fill is at work on the same outlines.
    const isWanted = (): boolean => !this.gone && this.fills === mine;
    const panes = ['overlayPane', 'digits'].map((name) => this.map.getPane(name));
    for (const pane of panes) if (pane) pane.style.display = 'none';
    for (let from = 0; from < outlines.length && isWanted(); from += PROVINCES_AT_ONCE) {
      if (from > 0) await turn();
      if (isWanted()) for (const outline of outlines.slice(from, from + PROVINCES_AT_ONCE)) this.addOutline(outline);
    }
    if (isWanted()) for (const pane of panes) if (pane) pane.style.display = '';
  }

  /** Draws another division of the same country; when it is there, looks are to be painted and what is chosen to be chosen again. */
  async divide(country: Country): Promise<void> {
    this.country = country;
    for (const { layer, mark } of this.drawn.values()) {
      layer.remove();
      mark.remove();
    }
    this.drawn.clear();
    this.selected = null;
    this.focused = country.outlines[0]?.code ?? '';
    await this.fill();
    this.ready();
  }

  dispose(): void {
    this.gone = true;
    this.resize.disconnect();
    this.attribution.dispose();
    removeEventListener('beforeprint', this.print);
    this.host.removeEventListener('keydown', this.onKey);
    this.map.getContainer().removeEventListener('mouseleave', this.releaseWheel);
    this.map.remove();
  }

  /** Shows the whole country with both archipelagos. */
  whole(): void {
    this.map.invalidateSize({ pan: false });
    this.map.setMinZoom(0);
    // Pixels below for the name under Trường Sa, which does not shrink with the map.
    this.map.fitBounds(WHOLE, { animate: false, paddingTopLeft: [0, 4], paddingBottomRight: [0, 52 + this.attribution.height] });
    this.map.setMinZoom(this.map.getZoom());
  }

  /** A background below the provinces, or none. `came` is told whether its pictures are there. */
  showTiles(server: TileServer | null, came: (isThere: boolean) => void): void {
    this.tiles = server;
    this.background.show(server, came);
    this.saySources();
  }

  paint(looks: ReadonlyMap<string, Look>): void {
    for (const [code, drawn] of this.drawn) {
      const look = looks.get(code);
      if (look) this.paintOne(drawn, look);
    }
    this.fitLabels();
  }

  select(code: string | null): void {
    const before = this.selected && this.drawn.get(this.selected);
    this.selected = code;
    if (before) this.edge(before);
    const now = code ? this.drawn.get(code) : undefined;
    if (!now || !code) return;
    this.edge(now);
    const path = now.layer.getElement();
    const held = path === document.activeElement;
    now.layer.bringToFront();
    // Moved in the document, an element loses the focus it had.
    if (held && path instanceof SVGElement) path.focus();
    this.rove(code);
  }

  /** Puts all words of the map into the present language. */
  retell(texts: MapTexts): void {
    this.texts = texts;
    this.host.setAttribute('role', 'group');
    this.host.setAttribute('aria-label', texts.title);
    for (const { island, mark } of this.islandMarks) {
      const label = mark.getElement()?.querySelector('span');
      if (label) label.textContent = texts.island(island);
    }
    const sea = this.sea.getElement()?.querySelector('span');
    if (sea) sea.textContent = texts.sea;
    this.buttons.retell(texts);
    this.saySources();
    this.drawInsets();
  }

  private saySources(): void {
    const { sources, tiles } = this.texts;
    this.attribution.say([...sources, ...(this.tiles ? [tiles(this.tiles.attribution)] : [])]);
  }

  /** A view of the whole country stays one when the window changes; a closer look keeps its place. */
  private resized(): void {
    if (this.map.getZoom() <= this.map.getMinZoom() + 0.01) this.whole();
    else this.map.invalidateSize({ pan: false });
    this.drawInsets(); // the words of the sources may have grown over a name though the map kept its size
  }

  private addOutline(outline: Outline): void {
    const layer = L.polygon(outline.polygons as L.LatLngExpression[][][], {
      className: 'risk-province',
      fillOpacity: 1,
      weight: 0.8,
      smoothFactor: 1,
    }).addTo(this.map);
    const mark = L.marker(outline.inside, {
      pane: 'digits',
      interactive: false,
      keyboard: false,
      icon: L.divIcon({ className: 'risk-digit', iconSize: [0, 0], html: '<span><b></b><i></i></span>' }),
    }).addTo(this.map);
    mark.getElement()?.setAttribute('aria-hidden', 'true');
    const path = layer.getElement();
    path?.setAttribute('role', 'button');
    path?.setAttribute('tabindex', '-1');
    path?.setAttribute('data-code', outline.code);
    layer.on('click', () => this.choose(outline.code));
    this.drawn.set(outline.code, { outline, layer, mark, look: null });
  }

  private addIsland(island: Island): void {
    const mark = L.marker(island.at, {
      interactive: false,
      keyboard: false,
      icon: L.divIcon({
        className: `risk-island ${island.always ? 'always' : ''}`,
        iconSize: [0, 0],
        html: `${islets(island.always)}<span></span>`,
      }),
    }).addTo(this.map);
    mark.getElement()?.setAttribute('data-island', island.code);
    this.islandMarks.push({ island, mark });
  }

  private addInsets(): HTMLElement {
    let box: HTMLElement | null = null;
    const insets = new L.Control({ position: 'bottomright' });
    insets.onAdd = (): HTMLElement => {
      box = L.DomUtil.create('div', 'risk-insets');
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    insets.addTo(this.map);
    if (!box) throw new Error('Leaflet did not add the control');
    return box;
  }

  private paintOne(drawn: Drawn, look: Look): void {
    const path = drawn.layer.getElement();
    if (drawn.look?.colour !== look.colour || drawn.look.pattern !== look.pattern) {
      // The plain colour follows for the case that the pattern cannot be drawn.
      drawn.layer.setStyle({ fillColor: look.pattern ? `url(#${look.pattern}) ${look.colour}` : look.colour });
    }
    drawn.look = look;
    path?.setAttribute('aria-label', look.label);
    this.edge(drawn);
    const mark = drawn.mark.getElement();
    if (!mark) return;
    mark.classList.toggle('light', look.light);
    const [digit, name] = [mark.querySelector('b'), mark.querySelector('i')];
    if (digit) digit.textContent = look.digit;
    if (name) name.textContent = look.name;
  }

  private edge(drawn: Drawn): void {
    const chosen = drawn.outline.code === this.selected;
    drawn.layer.setStyle({ weight: chosen ? 2.4 : drawn.look?.isOpen ? 1.1 : 0.8, dashArray: drawn.look?.isOpen ? DASHES : '' });
    drawn.layer.getElement()?.setAttribute('aria-pressed', String(chosen));
  }

  private afterMove(): void {
    // At the first zoom there is nothing to pan: a finger on the map then scrolls the page.
    if (this.map.getZoom() > this.map.getMinZoom() + 0.1) this.map.dragging.enable();
    else this.map.dragging.disable();
    this.fitLabels();
    this.drawInsets();
  }

  /** Shows a digit where it fits into its province, and the name where that fits too. */
  private fitLabels(): void {
    const close = this.map.getZoom() >= NAMES_FROM;
    for (const { layer, mark, look } of this.drawn.values()) {
      const element = mark.getElement();
      if (!element || !look) continue;
      const box = layer.getBounds();
      const low = this.map.latLngToLayerPoint(box.getSouthWest());
      const high = this.map.latLngToLayerPoint(box.getNorthEast());
      const width = high.x - low.x;
      const height = low.y - high.y;
      element.classList.toggle('no-digit', Math.min(width, height) < 13);
      element.classList.toggle('no-name', !close || width < look.name.length * 8.5 || height < 44);
    }
    for (const { island, mark } of this.islandMarks) {
      mark.getElement()?.classList.toggle('no-name', !island.always && !close);
    }
  }

  /** Whether the whole name of an island is in view. */
  private isNamed({ island, mark }: (typeof this.islandMarks)[number]): boolean {
    const name = mark.getElement()?.querySelector('span');
    const [half, below] = [(name?.offsetWidth ?? 0) / 2, (name?.offsetTop ?? 0) + (name?.offsetHeight ?? 0)];
    const { x, y } = this.map.latLngToContainerPoint(island.at);
    const { x: width, y: height } = this.map.getSize();
    return x >= half && x + half <= width && y >= 0 && y + below <= height - this.attribution.height;
  }

  /** A box with name for each archipelago that the present view leaves out, or whose name it cuts. */
  private drawInsets(): void {
    const out = this.islandMarks.filter((each) => each.island.always && !this.isNamed(each));
    this.inset.replaceChildren(
      ...out.map(({ island }) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.dataset['island'] = island.code;
        button.innerHTML = islets(true);
        const name = this.texts.island(island);
        button.append(name);
        button.setAttribute('aria-label', `${name}. ${this.texts.goTo(name)}`);
        button.addEventListener('click', () => {
          this.map.setView(island.at, Math.max(this.map.getMinZoom() + 0.5, Math.min(this.map.getZoom(), 7)));
          this.buttons.focus();
        });
        return button;
      }),
    );
  }

  private readonly releaseWheel = (): void => {
    this.map.scrollWheelZoom.disable();
  };

  private rove(code: string): void {
    this.drawn.get(this.focused)?.layer.getElement()?.setAttribute('tabindex', '-1');
    this.focused = code;
    this.drawn.get(code)?.layer.getElement()?.setAttribute('tabindex', '0');
  }

  /** Makes one province the stop of the Tab key. */
  ready(): void {
    this.rove(this.selected ?? this.focused);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const code = event.target instanceof Element ? event.target.getAttribute('data-code') : null;
    const from = code && this.drawn.get(code);
    if (!code || !from) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.choose(code);
      return;
    }
    if (['+', '=', '-'].includes(event.key) && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (event.key === '-') this.map.zoomOut();
      else this.map.zoomIn();
      return;
    }
    const way = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key];
    if (!way) return;
    event.preventDefault();
    const next = this.beside(from.outline.inside, way as Point, code);
    if (!next) return;
    this.rove(next);
    const path = this.drawn.get(next)?.layer.getElement();
    if (path instanceof SVGElement) path.focus();
    const inside = this.drawn.get(next)?.outline.inside;
    if (inside && !this.map.getBounds().contains(inside)) this.map.panTo(inside);
  };

  /** The nearest province in a direction; what lies askew counts as farther. */
  private beside([lat, lng]: Point, [up, right]: Point, self: string): string | null {
    let best: string | null = null;
    let least = Infinity;
    for (const [code, { outline }] of this.drawn) {
      if (code === self) continue;
      const [dy, dx] = [outline.inside[0] - lat, outline.inside[1] - lng];
      const along = dy * up + dx * right;
      const askew = Math.abs(dy * right) + Math.abs(dx * up);
      if (along <= 0 || askew > along * 1.6) continue;
      const cost = along + askew * 1.5;
      if (cost < least) {
        least = cost;
        best = code;
      }
    }
    return best;
  }
}

/** A few dots that stand for islands. */
function islets(many: boolean): string {
  const dots = many ? ['5,5', '11,3', '15,8', '8,11', '17,14', '3,14'] : ['9,9'];
  const circles = dots.map((dot) => {
    const [x, y] = dot.split(',');
    return `<circle cx="${x}" cy="${y}" r="${many ? 1.7 : 2.4}"/>`;
  });
  return `<svg viewBox="0 0 20 18" aria-hidden="true" focusable="false">${circles.join('')}</svg>`;
}
