/**
 * Names of all units, from the list that the core reads too: where thousands are shown at once, a question for each would be too many. A unit
 * has the name and the place that it had on the day.
 */

import { short } from './labels';

interface Period {
  parent: string;
  name: string;
  /** YYYY-MM-DD; "" for an open end. */
  from: string;
  to: string;
}

/** Several times what the country has. */
const MOST_BYTES = 4_000_000;

export interface NamedUnit {
  name: string;
  /** "Quận 1, Hồ Chí Minh": what lies above it, up to the unit whose parts are shown. */
  within: string;
}

export class UnitNames {
  private readonly periods = new Map<string, Period[]>();

  /** Lines of code|level|parent|name|kind|validFrom|validTo|successors (shared/src/vocab/unit.h). Throws when it is no such list. */
  constructor(text: string) {
    if (text.length > MOST_BYTES) throw new Error('units.txt: too long');
    for (const line of text.split('\n')) {
      const [code = '', , parent, name, , from, to] = line.split('|');
      if (!/^\d{2,5}$/.test(code) || parent === undefined || !name || from === undefined || to === undefined) continue;
      const period = { parent, name, from, to };
      const known = this.periods.get(code);
      if (known) known.push(period);
      else this.periods.set(code, [period]);
    }
    if (this.periods.size === 0) throw new Error('units.txt: no units');
  }

  /** A unit below `under` ("" for the country) on a day; its code where nobody knows its name. */
  of(code: string, day: string, under: string): NamedUnit {
    const found = this.at(code, day);
    if (!found) return { name: code, within: '' };
    const above: string[] = [];
    for (let parent = found.parent; parent !== '' && parent !== under && above.length < 3; ) {
      const next = this.at(parent, day);
      if (!next) break;
      above.push(short(next.name));
      parent = next.parent;
    }
    return { name: found.name, within: above.join(', ') };
  }

  private at(code: string, day: string): Period | undefined {
    const periods = this.periods.get(code);
    return periods?.find(({ from, to }) => from <= day && (to === '' || day <= to)) ?? periods?.at(-1);
  }
}

let asked: Promise<UnitNames> | null = null;

/** Fetched once; again after a failure. */
export function unitNames(): Promise<UnitNames> {
  asked ??= (async () => {
    const answer = await fetch('/assets/units.txt');
    if (!answer.ok) throw new Error(`/assets/units.txt: ${answer.status}`);
    return new UnitNames(await answer.text());
  })();
  asked.catch(() => (asked = null)); // told where it is waited for
  return asked;
}
