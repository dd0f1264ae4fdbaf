/** What the console shows, gathered from what the page has: its state, its list, the atlas of its layers, and the pack in force. */

import { language } from '../../app/language';
import { onTheme, theme } from '../../app/theme';
import { CoreError } from '../../core/facade';
import { atlasOf, release, type Atlas } from '../atlas';
import { onGround } from '../colours';
import { sum, together } from '../counts';
import { linesOf, reproduce, type Reproduced } from '../layers';
import { dayNumber, dayText, NO_DATA } from '../model';
import type { PackData } from '../pack-edit';
import type { PanelContext } from '../panels';
import { isElsewhere, LEVEL_LAYER, shownLevel, type MapState } from '../state';
import type { UnitRow, UnitRows } from '../units-model';
import { short } from '../labels';
import type { World } from '../world';
import { effectOf, Trial, type Effect } from './rules';
import { CONSOLE_WORDS, type ConsoleEvent, type ConsoleRules, type ConsoleSeries, type ConsoleState, type ConsoleTheme, type ConsoleUnit, type ConsoleWord, type Snapshot } from './snapshot';
import { t } from './text';

const LIGHT = { accent: '#0c5b69', bar: '#0e6e7e', band: '#f0a63c' };
const DARK = { accent: '#7fbcc7', bar: '#4598a8', band: '#dd9a3c' };
const NO_RULES: ConsoleRules = { pack: '', effect: '', confirmed: true, thresholds: [] };

interface Estimate {
  world: World;
  place: number;
  lines: NonNullable<ConsoleSeries['rt']>;
}

export class ConsoleFeed {
  private readonly atlas: Atlas;
  private readonly endings = new AbortController();
  private readonly offState: () => void;
  private packs: readonly PackData[] = [];
  private trial: Trial | null = null;
  private effect: Effect | null = null;
  private isWeighing = false;
  private isStale = false;
  private estimate: Estimate | null = null;
  private asked: { world: World; place: number } | null = null;
  /** The estimate of these could not be had; it is asked for again when somebody says so. */
  private failed: { world: World; place: number } | null = null;
  private placeName = '';
  /** Of the units and layers that the console knows, in its order. */
  private codes: string[] = [];
  private layerIds: string[] = [];
  private isPainted = false;
  /** The rows by name, kept: ten thousand names are not ordered again for each day that plays. */
  private ordered: { rows: UnitRows | null; language: string; byName: UnitRow[] } = { rows: null, language: '', byName: [] };
  /** What the last messages were made of: nothing is said twice. */
  private readonly said = new Map<string, readonly unknown[]>();
  private gone = false;

  /** `tell` hears each part that changed. */
  constructor(
    private readonly context: PanelContext,
    private readonly tell: (said: Snapshot) => void,
  ) {
    const { state } = context;
    this.atlas = atlasOf(context);
    this.offState = state.subscribe((now, before) => this.follow(now, before));
    const offTheme = onTheme(() => this.tell({ theme: this.theme(), ...this.list() }));
    this.endings.signal.addEventListener('abort', offTheme);
  }

  /** Everything as it is known by now; the rest follows by `tell`. */
  all(): Snapshot {
    void this.learnPacks();
    void this.learnName();
    this.said.clear();
    return { words: this.words(), theme: this.theme(), layers: this.layers(), rules: this.rules(), series: this.series(), ...this.list() };
  }

  /** The page has drawn itself: what it is made of may be other than before. */
  look(): void {
    const { world, painted, offered, defaults } = this.atlas;
    const rows = this.context.rows();
    const { day, palette, selected, unit, depth } = this.context.state.now;
    const changed = (key: string, ...made: unknown[]): boolean => {
      const before = this.said.get(key);
      if (before && made.every((each, at) => each === before[at])) return false;
      this.said.set(key, made);
      return true;
    };
    const parts: Snapshot = {
      ...(changed('layers', offered.map(({ id }) => id).join(), defaults) ? { layers: this.layers() } : {}),
      ...(changed('list', world, painted, defaults, rows, day, palette, unit, depth) ? this.list() : {}),
      ...(changed('series', world, selected, rows) ? { series: this.series() } : {}),
    };
    if (Object.keys(parts).length > 0) this.tell({ ...parts, state: this.state() });
    if (rows && changed('pack', rows.pack, rows.version)) this.learnRules();
    void this.learnRt();
  }

  take(event: ConsoleEvent): void {
    const { state } = this.context;
    switch (event.kind) {
      case 'setDay':
        state.set({ day: dayText(event.day), playing: false });
        break;
      case 'setLayer':
        state.setLayer(this.layerIds[event.layer] ?? LEVEL_LAYER);
        break;
      case 'play':
        state.setPlaying(event.playing);
        break;
      case 'select':
        state.setSelected(this.codes[event.unit] ?? null);
        break;
      case 'setThreshold':
        this.trial?.move(event.threshold, event.value);
        void this.weigh();
        break;
      case 'resetThresholds':
        this.trial?.reset();
        void this.weigh();
    }
  }

  /** What the limits that somebody moved change, in words; "" while none is moved. */
  get trialText(): string {
    return this.trial?.isMoved ? (this.effect?.text() ?? '') : '';
  }

  /** Rt of the curve that is shown could not be computed. */
  get isRtMissing(): boolean {
    return this.failed !== null && this.failed.world === this.atlas.world && this.failed.place === this.place;
  }

  /** Computes again what could not be computed. */
  again(): void {
    this.asked = null;
    this.failed = null;
    this.context.redraw();
  }

  dispose(): void {
    this.gone = true;
    this.offState();
    this.endings.abort();
    if (this.isPainted) this.context.show(null);
    release(this.context);
  }

  private follow(now: MapState, before: MapState): void {
    if (now.unit !== before.unit) void this.learnName();
    // The page follows too and draws, which is when the rest is looked at; a day that plays is not drawn by the page.
    this.tell(now.day !== before.day && now.playing ? this.list() : { state: this.state() });
    if (this.trial?.isMoved && (now.day !== before.day || isElsewhere(now, before) || now.layer !== before.layer)) void this.weigh();
  }

  // ---- what is said

  private words(): Record<ConsoleWord, string> {
    // fromEntries makes a table of strings; its keys are those of CONSOLE_WORDS.
    return Object.fromEntries(CONSOLE_WORDS.map((word) => [word, t(`word.${word}`)])) as Record<ConsoleWord, string>;
  }

  private theme(): ConsoleTheme {
    const dark = theme() === 'dark';
    return { dark, ...(dark ? DARK : LIGHT) };
  }

  private layers(): { name: string; hint: string }[] {
    const { offered } = this.atlas;
    this.layerIds = offered.map(({ id }) => id);
    return offered.map((layer) => ({ name: layer.name(), hint: this.atlas.aboutOf(layer) }));
  }

  private rules(): ConsoleRules {
    return this.trial?.rules(this.trialText) ?? NO_RULES;
  }

  private state(): ConsoleState {
    const { day, days, selected, playing } = this.context.state.now;
    const now = dayNumber(day ?? days?.last ?? '2021-01-01');
    const [first, last] = days ? [dayNumber(days.first), dayNumber(days.last)] : [now, now];
    return {
      day: now,
      first: Math.min(first, now),
      last: Math.max(last, now),
      layer: Math.max(0, this.layerIds.indexOf(this.atlas.layer.id)),
      selected: selected === null ? -1 : this.codes.indexOf(selected),
      playing,
    };
  }

  /** Units and, since it says which of them is chosen, the state. */
  private list(): Snapshot {
    const { world, painted, shades, day, defaults } = this.atlas;
    const rows = this.byName();
    const frame = day === null ? null : (painted?.frame(day) ?? null);
    const cases = world ? linesOf(world, 'cases') : [];
    const places = new Map(world?.codes.map((code, place) => [code, place]));
    this.codes = rows.map(({ unit }) => unit);
    const units = rows.map(({ unit, name, level }): ConsoleUnit => {
      const place = places.get(unit) ?? -1;
      // Windows are as long as the models say; until they do nothing is summed.
      const known = (windows: number): number =>
        (day === null || !defaults ? null : sum(cases[place], day - windows * defaults.windowDays, defaults.windowDays)) ?? NaN;
      const [now, before] = [known(0), known(1)];
      const kind = this.atlas.layer.id === LEVEL_LAYER ? (level ?? 0) : (frame?.[place] ?? 0);
      return {
        name: short(name),
        colour: onGround(shades[kind]?.colour ?? NO_DATA),
        cases: now,
        rate: (now / (world?.people[place] ?? NaN)) * 100_000,
        trend: before > 0 ? (now / before - 1) * 100 : NaN,
      };
    });
    return { units, state: this.state() };
  }

  private byName(): UnitRow[] {
    const rows = this.context.rows();
    if (this.ordered.rows !== rows || this.ordered.language !== language()) {
      const collator = new Intl.Collator(language());
      this.ordered = { rows, language: language(), byName: [...(rows?.units ?? [])].sort((a, b) => collator.compare(short(a.name), short(b.name))) };
    }
    return this.ordered.byName;
  }

  /** The place whose curve is shown: that of the chosen unit, or -1 for all that are shown together. */
  private get place(): number {
    const { selected } = this.context.state.now;
    return selected === null ? -1 : (this.atlas.world?.codes.indexOf(selected) ?? -1);
  }

  private line(world: World): Int32Array {
    const cases = linesOf(world, 'cases');
    return cases[this.place] ?? together(cases, world.days);
  }

  private series(): ConsoleSeries {
    const { world } = this.atlas;
    const { place, estimate } = this;
    const title = place >= 0 && world ? this.atlas.nameOf(world.codes[place] ?? '') : this.placeName || t('country');
    if (!world) return { title, first: 0, cases: new Float32Array(), rt: null };
    const cases = Float32Array.from(this.line(world), (count) => (count < 0 ? NaN : count));
    const rt = estimate?.world === world && estimate.place === place ? estimate.lines : null;
    return { title, first: dayNumber(world.from), cases, rt };
  }

  // ---- what is asked for

  private async learnName(): Promise<void> {
    const { unit } = this.context.state.now;
    const found = unit === '' ? null : await this.context.core.unit(unit).catch(() => null);
    if (this.gone || this.context.state.now.unit !== unit) return;
    this.placeName = found?.name ?? unit;
    this.tell({ series: this.series() });
  }

  /** Rt of the curve that is shown; the estimate of a window stands on its last day. */
  private async learnRt(): Promise<void> {
    const { world } = this.atlas;
    const { place } = this;
    if (!world?.measures.has('cases') || (this.asked?.world === world && this.asked.place === place)) return;
    const turn = { world, place };
    this.asked = turn;
    this.failed = null;
    const at = await this.reproduced(world, this.line(world)).catch(() => null);
    if (this.gone || this.asked !== turn) return;
    if (!at) {
      this.failed = turn;
      this.context.redraw();
      return;
    }
    const days = Array.from({ length: world.days }, (_, day) => at(day));
    // Of few cases the interval says little and the mean nothing: a gap.
    const known = (value: (day: (typeof days)[number]) => number): Float32Array => Float32Array.from(days, (day) => (day.state === 'known' && Number.isFinite(value(day)) ? value(day) : NaN));
    this.estimate = { world, place, lines: { mean: known(({ mean }) => mean), low: known(({ low }) => low), high: known(({ high }) => high) } };
    this.tell({ series: this.series() });
  }

  private async reproduced(world: World, line: Int32Array): Promise<(day: number) => Reproduced> {
    const defaults = await this.atlas.learn();
    if (world.days <= defaults.windowDays + 1) return () => ({ mean: NaN, low: NaN, high: NaN, state: 'missing' }); // no window fits
    const at = await reproduce({ analysis: this.atlas.analysis, defaults }, [line], world.days, this.endings.signal);
    return (day) => at(0, day);
  }

  private async learnPacks(): Promise<void> {
    const answer = await this.context.core.riskmap<{ packs: { pack: PackData }[] }>('packs', {}).catch(() => null);
    if (this.gone || !answer) return;
    this.packs = answer.packs.map(({ pack }) => pack);
    this.learnRules();
  }

  private learnRules(): void {
    const named = this.context.rows()?.pack;
    const found = this.packs.find(({ id }) => id === named);
    if (found?.id === this.trial?.base.id) return;
    this.trial = found ? new Trial(found) : null;
    this.effect = null;
    this.tell({ rules: this.rules() });
  }

  /** One after the other: the core's worker has one thread, and only the last question matters. */
  private async weigh(): Promise<void> {
    this.isStale = true;
    if (this.isWeighing) return;
    this.isWeighing = true;
    while (this.isStale && !this.gone) {
      this.isStale = false;
      await this.weighOnce();
    }
    this.isWeighing = false;
  }

  private async weighOnce(): Promise<void> {
    const { core, counts, state } = this.context;
    const { unit, day } = state.now;
    const shown = shownLevel(state.now);
    const { trial } = this;
    if (trial?.isMoved && day !== null) {
      const found = await effectOf(core, counts, trial, { unit, day, shown }).catch((error: unknown): Effect => {
        const isNoPack = error instanceof CoreError && error.rule === 'riskmap.pack';
        return { text: () => t(isNoPack ? 'effect.noPack' : 'effect.unknown'), kinds: null, colours: [] };
      });
      if (this.gone || this.isStale || trial !== this.trial) return;
      this.effect = found;
    } else {
      this.effect = null;
    }
    const { effect } = this;
    this.tell({ rules: this.rules() });
    // Other layers have nothing to do with the rule, and paint themselves.
    if (this.atlas.layer.id === LEVEL_LAYER && (effect?.kinds || this.isPainted)) {
      this.isPainted = Boolean(effect?.kinds);
      this.context.show(effect?.kinds ? { kinds: effect.kinds, colours: effect.colours, patterned: true, rings: [] } : null);
    }
    this.context.redraw();
  }
}
