/** The console while it is open: its canvas, and what the page feeds it. */

import type { PanelContext } from '../panels';
import { ConsoleFeed } from './feed';
import type { ConsoleEvent, Snapshot } from './snapshot';
import { w } from '../workshop-text';
import { ConsoleSurface } from './surface';
import { t } from './text';

export interface OpenedConsole {
  focus: () => void;
  /** The page has drawn itself. */
  look: () => void;
  /** What moved limits change; "" while none is moved. */
  trial: () => string;
  /** Rt of the curve that is shown could not be computed; `again` computes it again. */
  isRtMissing: () => boolean;
  again: () => void;
  /** Says everything again, in the language of now. */
  retell: () => void;
  dispose: () => void;
}

export async function openConsole(context: PanelContext, host: HTMLElement, leave: () => void): Promise<OpenedConsole> {
  await Promise.all([t.load(), w.load()]);
  let surface: ConsoleSurface | null = null;
  const waiting: Snapshot[] = [];
  const tell = (said: Snapshot): void => {
    if (surface) surface.show(said);
    else waiting.push(said);
  };
  const feed = new ConsoleFeed(context, tell);
  const ask = (event: ConsoleEvent): void => feed.take(event);
  // The map has all the width while somebody works on it.
  const stages = [host.closest('.card'), host.closest('.units')];
  for (const stage of stages) stage?.classList.add('has-console');
  const put = (): void => {
    for (const stage of stages) stage?.classList.remove('has-console');
  };
  try {
    surface = await ConsoleSurface.open(host, { label: t('label') }, feed.all(), ask, leave);
  } catch (error) {
    feed.dispose();
    put();
    throw error;
  }
  const made = surface;
  for (const said of waiting) made.show(said);
  return {
    focus: () => made.focus(),
    look: () => feed.look(),
    trial: () => feed.trialText,
    isRtMissing: () => feed.isRtMissing,
    again: () => feed.again(),
    retell() {
      made.rename({ label: t('label') });
      made.show(feed.all());
    },
    dispose() {
      feed.dispose();
      made.dispose();
      put();
    },
  };
}
