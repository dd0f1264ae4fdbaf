/** Two maps of the same place: beside each other, or one over the other with an edge that may be moved. What one shows the other shows too. */

import { fetchBoundaries } from '../map/boundaries';
import type { Shown, UnitsMap, UnitsMapTexts } from './units-map';

export type PairMode = 'beside' | 'swipe';

export class MapPair {
  private maps: [UnitsMap, UnitsMap] | null = null;
  private shown: [Shown, Shown] | null = null;
  private following = false;
  private gone = false;

  constructor(
    private readonly hosts: readonly [HTMLElement, HTMLElement],
    private texts: UnitsMapTexts,
    private readonly choose: (code: string) => void,
    private readonly refused: () => void,
  ) {}

  /** Rejects when this browser cannot draw them. */
  async open(): Promise<void> {
    const boundaries = fetchBoundaries();
    boundaries.catch(() => undefined); // told by the maps that wait for it
    const { UnitsMap: Drawn } = await import('./units-map');
    if (this.gone) return;
    const make = (host: HTMLElement): UnitsMap => new Drawn(host, this.texts, this.choose, this.refused);
    const maps: [UnitsMap, UnitsMap] = [make(this.hosts[0]), make(this.hosts[1])];
    this.maps = maps;
    if (this.shown) this.show(...this.shown);
    await Promise.all(maps.map((map) => map.open(Promise.resolve(boundaries))));
    if (this.gone) return;
    maps[0].onMove(() => this.follow(0));
    maps[1].onMove(() => this.follow(1));
  }

  show(before: Shown, after: Shown): void {
    this.shown = [before, after];
    this.maps?.[0].show(before);
    this.maps?.[1].show(after);
  }

  retell(texts: UnitsMapTexts): void {
    this.texts = texts;
    this.maps?.forEach((map) => map.retell(texts));
  }

  dispose(): void {
    this.gone = true;
    this.maps?.forEach((map) => map.dispose());
  }

  private follow(led: 0 | 1): void {
    if (this.following || !this.maps) return;
    this.following = true;
    this.maps[led === 0 ? 1 : 0].showAlike(this.maps[led]);
    this.following = false;
  }
}
