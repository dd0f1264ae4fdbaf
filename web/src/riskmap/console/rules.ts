/** The limits of the pack in force as sliders, and what moving them would change: computed by the core, kept by nobody. */

import { formatNumber } from '../../app/format';
import { inWords } from '../../app/language';
import type { Core } from '../../core/facade';
import { levelOf, LEVELS, type UnitLevel } from '../../map/overlay';
import type { AskedCounts } from '../counts';
import { turned, type PackData, type Path } from '../pack-edit';
import { packFigures } from '../pack-figures';
import { coloursOf, inputWords, signWords } from '../pack-words';
import type { ConsoleRules } from './snapshot';
import { t } from './text';

/** One slider: a limit, and every place of the pack where that limit stands. */
interface Knob {
  /** Words in the language of the moment. */
  name: () => string;
  unit: () => string;
  official: number;
  high: number;
  confirmed: boolean;
  paths: Path[];
}

export interface Effect {
  text: () => string;
  /** Level of each unit shown by the moved limits; null when that could not be computed. */
  kinds: ReadonlyMap<string, number> | null;
  colours: readonly string[];
}

const LISTS = ['cells', 'adjust', 'grey'] as const;
const MOST_KNOBS = 32;

function knobsOf(pack: PackData): Knob[] {
  const knobs = new Map<string, Knob>();
  const bands = pack.bands ?? [];
  const top = Math.max(0, ...bands.map(({ from }) => from));
  bands.forEach(({ level, from, mark }, at) => {
    if (at === 0) return;
    const unit = (): string => t('threshold.unit', { per: formatNumber(pack.per ?? 100_000) });
    knobs.set(`band ${at}`, { name: () => t('threshold.from', { level }), unit, official: from, high: 2 * top, confirmed: mark === 'official', paths: [['bands', at, 'from']] });
  });
  for (const list of LISTS) {
    for (const [at, { when, mark }] of (pack[list] ?? []).entries()) {
      for (const [i, [input, sign, limit]] of when.entries()) {
        // "= 1" is an answer and "band" names one; only what is measured has a limit to move.
        if (sign === '=' || input === 'band' || limit <= 0) continue;
        const key = `${input} ${limit}`;
        const known = knobs.get(key) ?? { name: () => `${inputWords(pack, input)} ${signWords(sign)}`, unit: () => '', official: limit, high: limit <= 100 ? 100 : 2 * limit, confirmed: true, paths: [] };
        known.paths.push([list, at, 'when', i, 2]);
        known.confirmed &&= mark === 'official';
        knobs.set(key, known);
      }
    }
  }
  return [...knobs.values()].slice(0, MOST_KNOBS);
}

/** The pack in force, and the limits that somebody moved. */
export class Trial {
  private readonly knobs: Knob[];
  private readonly values: number[];

  constructor(readonly base: PackData) {
    this.knobs = knobsOf(base);
    this.values = this.knobs.map(({ official }) => official);
  }

  get isMoved(): boolean {
    return this.knobs.some(({ official }, at) => this.values[at] !== official);
  }

  move(at: number, value: number): void {
    if (at in this.values) this.values[at] = Math.round(value);
  }

  reset(): void {
    this.knobs.forEach(({ official }, at) => (this.values[at] = official));
  }

  pack(): PackData {
    return this.knobs.reduce((pack, { official, paths }, at) => {
      const value = this.values[at] ?? official;
      return value === official ? pack : paths.reduce((next, path) => turned(this.base, next, path, value), pack);
    }, this.base);
  }

  rules(effect: string): ConsoleRules {
    const { base, knobs, values } = this;
    return {
      pack: `${base.basis ? inWords(base.basis) : base.id} (${base.id}, ${base.version})`,
      effect,
      confirmed: knobs.every(({ confirmed }) => confirmed),
      thresholds: knobs.map(({ name, unit, official, high, confirmed }, at) => ({ name: name(), unit: unit(), official, value: values[at] ?? official, low: 1, high, step: 1, confirmed })),
    };
  }
}

interface Change {
  unit: string;
  before: { level: number | null };
  after: { level: number | null };
}

/** What the moved limits change in the units of level `shown` below `unit`. Throws CoreError: limits that make no pack, figures that cannot be had. */
export async function effectOf(core: Core, counts: AskedCounts, trial: Trial, { unit, day, shown }: { unit: string; day: string; shown: UnitLevel }): Promise<Effect> {
  const pack = trial.pack();
  const deeper = LEVELS.slice(LEVELS.indexOf(shown) + 1);
  const { text: figures } = await packFigures(counts, [pack], { unit, day }, [shown], deeper);
  const request = { day, figures, ...(unit === '' ? {} : { under: unit }) };
  const [{ changes }, seen] = await Promise.all([
    core.riskmap<{ changes: Change[] }>('compare', { ...request, pack: trial.base, after: { pack } }),
    core.riskmap<{ units: string; answers: { levels: string }[] }>('evaluate', { ...request, packs: [pack] }),
  ]);
  const own = changes.filter((change) => levelOf(change.unit) === shown);
  // From or to "not computable" is neither up nor down.
  const count = (sign: 1 | -1): number => own.filter(({ before, after }) => before.level && after.level && Math.sign(after.level - before.level) === sign).length;
  const signs = seen.answers[0]?.levels ?? '';
  const kinds = new Map(seen.units.split(' ').flatMap((code, at) => (levelOf(code) === shown ? [[code, Number(/\d/.exec(signs.charAt(at))?.[0] ?? 0)] as const] : [])));
  const text = (): string => own.length === 0 ? t('effect.none') : t('effect.some', { n: formatNumber(own.length), up: formatNumber(count(1)), down: formatNumber(count(-1)) });
  return { text, kinds, colours: coloursOf(pack) };
}
