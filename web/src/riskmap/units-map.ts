/** The map of districts and communes: Leaflet moves it, the C++ overlay draws it, names are written over it by the page's own font. */

import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import { onTheme, theme, type Theme } from '../app/theme';
import { worldAt } from '../map/mercator';
import { levelOf, OPEN, Overlay, type Camera, type ShapesSource, type UnitLevel, type World } from '../map/overlay';
import { Attribution } from './attribution';
import { GROUNDS, onGround, type Ground } from './colours';
import { drawLabel, measure, short } from './labels';
import { TileLayer } from './tile-layer';
import type { TileServer } from './tiles';
import { ZoomButtons } from './zoom-buttons';

export interface Shown {
  level: UnitLevel;
  /** The unit whose parts are shown; null for the country. */
  within: string | null;
  /** Class and name of each unit that is shown; the others are pale. `isOpen`: nobody has approved it, and its edge is a row of dashes. */
  units: ReadonlyMap<string, { kind: number; name: string; isOpen?: boolean }>;
  selected: string | null;
  colours: readonly string[];
  /** Whether classes 0 to 4 carry a pattern beside their colour; they do unless it says no. */
  patterned?: boolean;
  /** Circles around places, by the codes of those at the middle and at the rim: clusters. */
  rings?: readonly { middle: string; members: readonly string[]; strong: boolean }[];
}

export interface UnitsMapTexts {
  zoomIn: string;
  zoomOut: string;
  whole: string;
  /** Shown by name at every zoom, beside the map when out of view: Hoàng Sa and Trường Sa. */
  islands: readonly { code: string; name: string }[];
  goTo: (name: string) => string;
  /** Where shapes come from, and what they are not. */
  sources: (shapes: ShapesSource) => readonly string[];
  /** Who made the background. */
  tiles: (who: string) => string;
}

/** Class of what lies around the units that are shown: after all classes that a layer may have. */
const AROUND = 31;
const NAME_HEIGHT = 15;
/** CSS pixels between the edge of the map and what was brought into view. */
const MARGIN = 12;
const WORLD = 256;
const COUNTRY = L.latLngBounds([7.2, 101.9], [23.5, 116.2]);

const worldOf = ({ lng, lat }: L.LatLng): World => worldAt({ longitude: lng, latitude: lat });
const latLngOf = ({ x, y }: World): L.LatLng => L.CRS.EPSG3857.pointToLatLng(L.point(x * WORLD, y * WORLD), 0);

export class UnitsMap {
  private readonly map: L.Map;
  private readonly names: CanvasRenderingContext2D | null;
  private readonly attribution: Attribution;
  private readonly background: TileLayer;
  private readonly resize: ResizeObserver;
  private tiles: TileServer | null = null;
  private overlay: Overlay | null = null;
  private shown: Shown | null = null;
  private widths = new Float32Array();
  private framed: readonly string[] | null = null;
  private frame = new Uint8Array();
  private places: (number | null)[] = [];
  private drawing = 0;
  private placed = false;
  /** The view as a fit has left it; while it is still that, nobody has moved the map. */
  private fitted: { within: string | null; middle: L.LatLng; zoom: number } | null = null;
  private readonly canvases: HTMLCanvasElement[] = [];
  private gone = false;

  constructor(
    private readonly host: HTMLElement,
    private texts: UnitsMapTexts,
    private readonly choose: (code: string) => void,
    /** Told when this browser turns out not to draw it. */
    private readonly refused: () => void,
    /** A map for paper is light whatever the page is. */
    private readonly on: () => Theme = theme,
  ) {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    // Leaflet scales pictures while it zooms; this map is drawn anew at each step instead.
    this.map = L.map(host, { attributionControl: false, zoomControl: false, zoomAnimation: false, zoomSnap: 0, zoomDelta: 0.75, maxZoom: 14, minZoom: 4, inertia: !still });
    this.canvas = this.layer('units-shapes');
    this.names = this.layer('units-names').getContext('2d');
    this.buttons = new ZoomButtons(this.map, { position: 'topright', isRow: false }, texts, () => this.goTo(this.shown?.within ?? null));
    this.far = this.addFar();
    this.attribution = new Attribution(this.map, () => this.resized());
    this.background = this.addBackground();
    this.map.fitBounds(COUNTRY, { animate: false });
    this.map.on('move', () => this.draw()); // a zoom is told as a move too: on both it would be drawn twice
    this.map.on('click', (event) => this.pressed(event.latlng));
    this.canvas.addEventListener('webglcontextrestored', this.soon);
    this.resize = new ResizeObserver(() => this.resized());
    this.resize.observe(host);
    this.offTheme = onTheme(() => {
      this.colour();
      this.drawNow(); // the printer does not wait for the next frame
    });
  }

  private readonly canvas: HTMLCanvasElement;
  private readonly offTheme: () => void;
  private readonly far: HTMLElement;
  private readonly buttons: ZoomButtons;

  /** Throws OverlayError when this browser cannot draw it. */
  async open(boundaries: Promise<ArrayBuffer>): Promise<void> {
    const overlay = await Overlay.open(this.canvas, boundaries);
    if (this.gone) {
      overlay.dispose();
      return;
    }
    this.overlay = overlay;
    this.saySources();
    if (this.shown) this.show(this.shown);
  }

  /** For what others draw over the map; null until it is open. */
  get drawn(): Overlay | null {
    return this.overlay;
  }

  /** For what is drawn by hand. */
  get leaflet(): L.Map {
    return this.map;
  }

  /** Asked of each press before the unit there is chosen; true when it was meant for another. */
  press: ((place: L.LatLng) => boolean) | null = null;

  /** Draws again at the next frame. */
  refresh(): void {
    this.soon();
  }

  /** Null until it is open. */
  get shapes(): ShapesSource | null {
    return this.overlay;
  }

  /** A background below the units, or none. `came` is told whether its pictures are there. */
  showTiles(server: TileServer | null, came: (isThere: boolean) => void): void {
    this.tiles = server;
    this.background.show(server, came);
    this.saySources();
    this.colour();
    this.soon();
  }

  /** What is shown from now on; the view moves to `within` when that is another unit than before. */
  show(shown: Shown): void {
    if (this.shown?.within !== shown.within || this.shown.level !== shown.level) this.placed = false;
    this.shown = shown;
    const { overlay } = this;
    if (!overlay) return;
    const count = overlay.count(shown.level);
    const classes = new Uint8Array(count).fill(AROUND);
    this.widths = new Float32Array(count);
    for (const [code, { kind, name, isOpen }] of shown.units) {
      const unit = levelOf(code) === shown.level ? overlay.unitOf(code) : null;
      if (unit === null) continue;
      classes[unit] = isOpen ? kind + OPEN : kind;
      if (this.names) this.widths[unit] = measure(this.names, short(name));
    }
    this.colour();
    overlay.setLevel(shown.level);
    overlay.setClasses(shown.level, classes);
    overlay.select(shown.level, shown.selected === null ? null : overlay.unitOf(shown.selected));
    this.soon();
  }

  /** Pictures of a background are pale, and white where one is missing: what lies on them is as in the light. */
  private ground(): Ground {
    return GROUNDS[this.tiles ? 'light' : this.on()];
  }

  private colour(): void {
    const { overlay, shown } = this;
    if (!overlay || !shown) return;
    const [on, ground] = [this.on(), this.ground()];
    const colours = Array.from({ length: AROUND }, (_, kind) => onGround(shown.colours[kind] ?? ground.around, on));
    overlay.setPalette([...colours, ground.around], ground, shown.patterned ?? true);
  }

  /**
   * Other classes of the units that are shown, and nothing else: one small upload and one draw, as a day follows another. `codes` are
   * the same list from frame to frame. What of these classes was approved nobody says. The next `show` has the last word.
   */
  recolour(codes: readonly string[], kinds: Uint8Array): void {
    const { overlay, shown } = this;
    if (!overlay || !shown) return;
    if (this.framed !== codes || this.frame.length !== overlay.count(shown.level)) {
      this.framed = codes;
      this.frame = new Uint8Array(overlay.count(shown.level)).fill(AROUND);
      this.places = codes.map((code) => (levelOf(code) === shown.level ? overlay.unitOf(code) : null));
    }
    this.places.forEach((place, at) => {
      if (place !== null) this.frame[place] = kinds[at] ?? 0;
    });
    overlay.setClasses(shown.level, this.frame);
    const camera = this.camera();
    if (camera) overlay.draw(camera);
  }

  /** Longitude and latitude inside a unit; null before the shapes are there. */
  placeOf(code: string): { lng: number; lat: number } | null {
    const { overlay } = this;
    const level = levelOf(code);
    const unit = overlay?.unitOf(code) ?? null;
    const inside = overlay && level && unit !== null ? overlay.insideOf(level, unit) : null;
    if (!inside) return null;
    const { lng, lat } = latLngOf(inside);
    return { lng, lat };
  }

  /** Brings a unit into view; the whole country for null. */
  goTo(code: string | null): void {
    const { overlay, shown } = this;
    const level = code === null || !shown ? null : levelOf(code);
    const unit = code === null ? null : (overlay?.unitOf(code) ?? null);
    const box = overlay && level && unit !== null ? overlay.boxOf(level, unit) : null;
    const bounds = box ? L.latLngBounds(latLngOf(box[0]), latLngOf(box[1])) : COUNTRY;
    const below = MARGIN + this.attribution.height;
    this.map.fitBounds(bounds, { animate: false, paddingTopLeft: [MARGIN, MARGIN], paddingBottomRight: [MARGIN, below] });
    this.fitted = { within: code, middle: this.map.getCenter(), zoom: this.map.getZoom() };
  }

  /** Whether the view is what the last fit made of it. */
  private isAsFitted({ middle, zoom }: NonNullable<UnitsMap['fitted']>): boolean {
    // Leaflet keeps places in whole pixels.
    return zoom === this.map.getZoom() && this.map.latLngToContainerPoint(middle).distanceTo(this.map.getSize().divideBy(2)) <= 1;
  }

  /** What was brought into view stays in it when the window changes or is turned; who has moved the map keeps the middle and the zoom. */
  private resized(): void {
    const { fitted } = this;
    const isUnmoved = fitted !== null && this.isAsFitted(fitted); // asked of the size before
    this.map.invalidateSize({ animate: false });
    const { x: width, y: height } = this.map.getSize();
    if (isUnmoved && width > 0 && height > 0) this.goTo(fitted.within);
    this.soon();
  }

  /** Calls `listener` whenever the view has moved. */
  onMove(listener: () => void): void {
    this.map.on('move', listener);
  }

  /** The same view as another map has. */
  showAlike(other: UnitsMap): void {
    this.placed = true;
    this.map.setView(other.map.getCenter(), other.map.getZoom(), { animate: false });
  }

  /** Draws what is shown now and not at the next frame, for a picture of it. */
  drawNow(): void {
    cancelAnimationFrame(this.drawing);
    this.draw();
  }

  dispose(): void {
    this.gone = true;
    cancelAnimationFrame(this.drawing);
    this.resize.disconnect();
    this.attribution.dispose();
    this.offTheme();
    this.canvas.removeEventListener('webglcontextrestored', this.soon);
    this.overlay?.dispose();
    this.map.remove();
    for (const canvas of this.canvases) canvas.remove();
  }

  private layer(name: string): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    canvas.className = `units-layer ${name}`;
    canvas.setAttribute('aria-hidden', 'true'); // the list beside the map has the same content
    this.host.append(canvas);
    this.canvases.push(canvas);
    return canvas;
  }

  /** Puts all words of the map into the present language. */
  retell(texts: UnitsMapTexts): void {
    this.texts = texts;
    this.buttons.retell(texts);
    this.saySources();
    this.soon();
  }

  private saySources(): void {
    const { shapes, texts, tiles } = this;
    this.attribution.say([...(shapes ? texts.sources(shapes) : []), ...(tiles ? [texts.tiles(tiles.attribution)] : [])]);
  }

  /** A pane of tiles below the canvases: Leaflet's own is above them, with all that is drawn by hand. It goes where the others go. */
  private addBackground(): TileLayer {
    const pane = this.map.createPane('background', this.host);
    const others = this.map.getPane('mapPane');
    this.map.on('move', () => {
      if (others) L.DomUtil.setPosition(pane, L.DomUtil.getPosition(others));
    });
    return new TileLayer(this.map, 'background');
  }

  private addFar(): HTMLElement {
    const box = L.DomUtil.create('div', 'units-far');
    const corner = new L.Control({ position: 'bottomright' });
    corner.onAdd = (): HTMLElement => box;
    L.DomEvent.disableClickPropagation(box);
    corner.addTo(this.map);
    return box;
  }

  private pressed(place: L.LatLng): void {
    if (this.press?.(place)) return;
    const { overlay, shown } = this;
    const unit = overlay?.pick(worldOf(place));
    if (!overlay || !shown || unit === null || unit === undefined) return;
    const code = overlay.codeOf(shown.level, unit);
    if (shown.units.has(code)) this.choose(code);
  }

  private readonly soon = (): void => {
    cancelAnimationFrame(this.drawing);
    this.drawing = requestAnimationFrame(() => this.draw());
  };

  private draw(): void {
    const { overlay, shown } = this;
    const { x: width, y: height } = this.map.getSize();
    if (!overlay || !shown || width === 0 || height === 0) return; // the style sheet may come after the map
    if (!this.placed) {
      this.placed = true;
      this.goTo(shown.within); // draws, since the map moves
    }
    const camera = this.camera();
    if (!camera) return;
    if (!overlay.draw(camera)) {
      if (!overlay.isLost) this.refused();
      return;
    }
    this.drawNames(overlay, shown, width, height, camera.ratio);
  }

  private camera(): Camera | null {
    const { x: width, y: height } = this.map.getSize();
    if (width === 0 || height === 0) return null;
    const ratio = Math.min(devicePixelRatio, 2);
    return { middle: worldOf(this.map.getCenter()), worldPx: WORLD * 2 ** this.map.getZoom(), width, height, ratio };
  }

  private drawNames(overlay: Overlay, shown: Shown, width: number, height: number, ratio: number): void {
    const { names } = this;
    if (!names) return;
    names.canvas.width = Math.round(width * ratio); // clears it
    names.canvas.height = Math.round(height * ratio);
    names.scale(ratio, ratio);
    const ground = this.ground();
    this.drawRings(names, shown);
    for (const { unit, x, y } of overlay.labels(shown.level, this.widths, NAME_HEIGHT)) {
      const name = shown.units.get(overlay.codeOf(shown.level, unit))?.name;
      if (name) drawLabel(names, short(name), x, y, ground);
    }
    this.drawIslands(overlay, names);
  }

  /** The circle of each cluster, through its farthest member, and a little more so that a single unit has one. */
  private drawRings(names: CanvasRenderingContext2D, shown: Shown): void {
    const pointOf = (code: string): L.Point | null => {
      const place = this.placeOf(code);
      return place ? this.map.latLngToContainerPoint(place) : null;
    };
    const { ink, rim } = this.ground();
    for (const { middle, members, strong } of shown.rings ?? []) {
      const centre = pointOf(middle);
      if (!centre) continue;
      const radius = Math.max(...members.map((code) => pointOf(code)?.distanceTo(centre) ?? 0)) + 12;
      for (const [width, colour] of [[strong ? 6 : 4, rim], [strong ? 3 : 1.5, ink]] as const) {
        names.beginPath();
        names.arc(centre.x, centre.y, radius, 0, 2 * Math.PI);
        names.setLineDash(strong ? [] : [6, 5]);
        names.lineWidth = width;
        names.strokeStyle = colour;
        names.stroke();
      }
      names.setLineDash([]);
    }
  }

  /** The archipelagos by name; one that the view leaves out, or whose name it cuts, has a button that goes there. */
  private drawIslands(overlay: Overlay, names: CanvasRenderingContext2D): void {
    const view = this.map.getBounds();
    const out: HTMLElement[] = [];
    for (const { code, name } of this.texts.islands) {
      const unit = overlay.unitOf(code);
      const box = unit === null ? null : overlay.boxOf('district', unit);
      if (!box) continue;
      const middle = latLngOf({ x: (box[0].x + box[1].x) / 2, y: (box[0].y + box[1].y) / 2 });
      const { x } = this.map.latLngToContainerPoint(middle);
      const y = this.map.latLngToContainerPoint(latLngOf(box[1])).y + NAME_HEIGHT; // below the southern edge
      const { x: width, y: height } = this.map.getSize();
      if (view.contains(middle) && y > NAME_HEIGHT && y + NAME_HEIGHT <= height - this.attribution.height) {
        const half = measure(names, name) / 2 + 4;
        drawLabel(names, name, Math.min(Math.max(x, half), width - half), y, this.ground());
        continue;
      }
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = name;
      button.setAttribute('aria-label', this.texts.goTo(name));
      button.addEventListener('click', () => {
        this.host.focus(); // the button goes when its island is in view
        this.map.setView(middle, 6.5);
      });
      out.push(button);
    }
    const said = out.map(({ textContent }) => textContent).join();
    if (this.far.dataset['shows'] === said) return; // a button that is held down stays
    this.far.dataset['shows'] = said;
    this.far.replaceChildren(...out);
  }
}
