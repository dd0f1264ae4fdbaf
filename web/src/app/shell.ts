/** The frame around every screen: head, line of state, news, foot; it starts the screen that an address names. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { t as officials } from '../account/text';
import type { Core } from '../core/facade';
import { results, rules, t as declaration } from '../declaration/text';
import { t as riskmap } from '../riskmap/text';
import { t as scan } from '../scan/text';
import { t as verify } from '../verify/text';
import { emblem } from './emblem';
import { home } from './home';
import { iconCheck, iconClock, iconCloudOff, iconTheme, iconWarn } from './icons';
import { language, onLanguage, setLanguage } from './language';
import { here, onPlace } from './router';
import { isRoute, type Route } from './routes';
import { t } from './text';
import { onTheme, setTheme, themeChoice, THEME_CHOICES } from './theme';
import { turn as newTurn, whenIdle } from './turns';
import type { ViewModule } from './view';

interface OutboxState {
  waiting: number;
  rejected: number;
  online: boolean;
  skewMs?: number | null;
}

/** A line below the screen that the citizen may act on or put away. */
export interface News {
  text: () => string;
  act: { label: () => string; run: () => void };
  later: () => string;
}

type Store = 'opening' | 'open' | 'broken';

interface Screen {
  load: () => Promise<ViewModule>;
  /** What it says, fetched beside it and not after it. */
  words: readonly { load(): Promise<void> }[];
  /** It needs neither core nor database for what it first shows: they may come when it stands. */
  standsAlone?: true;
}

const SCREENS: Record<Exclude<Route, '/'>, Screen> = {
  '/khai-bao': { load: () => import('../declaration/view'), words: [declaration, rules] },
  '/to-khai': { load: () => import('../declaration/mine'), words: [declaration, rules, results] },
  '/xac-minh': { load: () => import('../verify/view'), words: [verify, scan], standsAlone: true },
  '/can-bo': { load: () => import('../account/view'), words: [officials, declaration, rules, results] },
  '/ban-do': { load: () => import('../riskmap/view'), words: [riskmap], standsAlone: true },
  '/ban-do-chi-tiet': { load: () => import('../riskmap/units-view'), words: [riskmap] },
  '/vi-chung-nhan': { load: () => import('../wallet/view'), words: [] },
  '/sua-chung-nhan': { load: () => import('../correction/view'), words: [] },
  '/thu-quy-dinh': { load: () => import('../verify/simulator'), words: [] },
};

/** By then such a screen stands, or waits for the network and the phone has nothing else to do. */
const STANDING_MS = 1500;
/** As DOMAIN asks: above it the person is told. */
const MOST_SKEW_MINUTES = 5;

const NAV = [
  { address: '/khai-bao', key: 'nav.declare' },
  { address: '/to-khai', key: 'nav.mine' },
  { address: '/xac-minh', key: 'nav.verify' },
  { address: '/can-bo', key: 'nav.officials' },
] as const;

export interface Shell {
  /** Shows a line of news until it is acted on or put away. */
  tell(news: News): void;
}

/** Builds the frame in `host`. `openCore` is called once, after the first screen stands. */
export function startShell(host: HTMLElement, openCore: () => Promise<Core>): Shell {
  let store: Store = 'opening';
  let outbox: OutboxState = { waiting: 0, rejected: 0, online: navigator.onLine };
  let kept: number | null = null;
  let news: News[] = [];
  let core: Promise<Core> | null = null;
  let dispose: () => void = () => undefined;
  let shown: ViewModule | null = null;
  let visit = 0;

  const shared = (): Promise<Core> => {
    core ??= openCore().then((opened) => {
      follow(opened);
      return opened;
    });
    // A failed download (no network on the very first visit) may be tried again later.
    core.catch(() => {
      core = null;
    });
    return core;
  };

  function follow(opened: Core): void {
    opened.ready.then(
      () => {
        store = 'open';
        const count = async (): Promise<void> => {
          outbox = await opened.outbox.state();
          kept = (await opened.mine()).length;
          draw();
        };
        const recount = (): void => void count().catch(() => undefined); // a worker that broke is told where it is asked
        opened.outbox.subscribe(recount);
        recount();
      },
      () => {
        store = 'broken';
        draw();
      },
    );
  }

  function draw(): void {
    render(frame(), host);
  }

  function stateLine(): TemplateResult | typeof nothing {
    if (store === 'broken') return line('bad', iconWarn(), t('state.broken'));
    const { waiting, rejected } = outbox;
    const online = outbox.online && navigator.onLine;
    if (rejected > 0) return line('bad', iconWarn(), t('state.rejected', { n: rejected }), true);
    if (!online && waiting > 0) return line('waiting', iconCloudOff(), t('state.offlineWaiting', { n: waiting }), true);
    if (!online) return line('', iconCloudOff(), t('state.offline'));
    if (store === 'opening') return line('', iconClock(), t('state.opening'));
    if (waiting > 0) return line('waiting', iconClock(), t('state.waiting', { n: waiting }), true);
    // Days and hours of what is filed come from this clock.
    const skew = Math.round(Math.abs(outbox.skewMs ?? 0) / 60_000);
    if (skew > MOST_SKEW_MINUTES) return line('bad', iconWarn(), t('state.skew', { n: skew }));
    if (kept === 0) return line('', iconCheck(), t('state.empty'));
    return line('', iconCheck(), t('state.allSent'), true);
  }

  function line(tone: string, icon: TemplateResult, words: string, see = false): TemplateResult {
    return html`<div class="site-state ${tone}">
      <div class="wrap">
        <p role="status">${icon} <span>${words}</span></p>
        ${see && here().path !== '/to-khai' ? html`<a href="/to-khai" data-route="in">${t('state.see')}</a>` : nothing}
      </div>
    </div>`;
  }

  function frame(): TemplateResult {
    const { path } = here();
    return html`
      <a class="skip" href="#main" @click=${skip}>${t('site.skip')}</a>
      <header class="site-head">
        <div class="wrap">
          <a class="brand" href="/" data-route="in">
            ${emblem()}<span><b>${t('site.name')}</b><span>${t('site.tagline')}</span></span>
          </a>
          <nav class="site-nav" aria-label=${t('site.nav')}>
            ${NAV.map(
              ({ address, key }) =>
                html`<a href=${address} data-route="in" aria-current=${path === address ? 'page' : nothing}>${t(key)}</a>`,
            )}
          </nav>
          <div class="site-choices">
            <label class="theme">
              ${iconTheme()}<span class="visually-hidden">${t('theme.label')}</span>
              <select @change=${otherTheme}>
                ${THEME_CHOICES.map(
                  (choice) => html`<option value=${choice} .selected=${themeChoice() === choice}>${t(`theme.${choice}`)}</option>`,
                )}
              </select>
            </label>
            <button class="tongue" type="button" lang=${language() === 'vi' ? 'en' : 'vi'} @click=${otherLanguage}>
              ${t('site.otherLanguage')}
            </button>
          </div>
        </div>
      </header>
      ${stateLine()}
      <main class="site-main" id="main" tabindex="-1"></main>
      ${news.length > 0 ? html`<div class="site-news no-print">${news.map(newsLine)}</div>` : nothing}
      <footer class="site-foot">
        <div class="wrap">
          <div>
            <h2>${t('foot.help')}</h2>
            <p>${t('foot.helpText')}<br /><a class="tel" href="tel:19009095">1900 9095</a></p>
          </div>
          <div>
            <h2>${t('foot.about')}</h2>
            <p>${t('foot.aboutText')}</p>
            <p><a class="tel" href="/ban-do" data-route="in">${t('foot.map')}</a></p>
          </div>
        </div>
      </footer>
    `;
  }

  function newsLine(item: News): TemplateResult {
    const away = (): void => {
      news = news.filter((other) => other !== item);
      draw();
    };
    const act = (): void => {
      away();
      item.act.run();
    };
    return html`<div class="wrap">
      <p role="status">${item.text()}</p>
      <button class="button" type="button" @click=${act}>${item.act.label()}</button>
      <button class="link-button" type="button" @click=${away}>${item.later()}</button>
    </div>`;
  }

  function main(): HTMLElement {
    const found = host.querySelector<HTMLElement>('#main');
    if (!found) throw new Error('the frame has no main part');
    return found;
  }

  function skip(event: Event): void {
    event.preventDefault();
    main().focus();
  }

  function otherLanguage(): void {
    void setLanguage(language() === 'vi' ? 'en' : 'vi');
  }

  function otherTheme({ target }: Event): void {
    const { value } = target as HTMLSelectElement; // the handler hangs on this select only
    const choice = THEME_CHOICES.find((each) => each === value);
    if (choice) setTheme(choice);
  }

  /** A place of its own for each screen, so that what the last one rendered cannot mix with the next. */
  function stage(): HTMLElement {
    const place = document.createElement('div');
    main().replaceChildren(place);
    return place;
  }

  function message(title: string, help: string, again?: () => void): void {
    const place = stage();
    render(
      html`<div class="wrap page narrow">
        <h1 tabindex="-1">${title}</h1>
        <p>${help}</p>
        <div class="actions">
          ${again ? html`<button class="button" type="button" @click=${again}>${t('page.again')}</button>` : nothing}
          <a class="button second" href="/" data-route="in">${t('site.home')}</a>
        </div>
      </div>`,
      place,
    );
  }

  /** Opens core and database for what is queued. Without a network on the first visit the next screen tries again. */
  function beginLater(): void {
    void shared().then(({ begin }) => begin(), () => undefined);
  }

  async function show(first: boolean): Promise<void> {
    const { path } = here();
    const turn = ++visit;
    dispose();
    dispose = () => undefined;
    shown = null;
    draw();
    document.title = t('site.title');
    if (path === '/') {
      dispose = home(stage());
      whenIdle(beginLater);
    } else {
      const screen = isRoute(path) && path !== '/' ? SCREENS[path] : undefined;
      if (!screen) {
        message(t('page.lost'), t('page.lostHelp'));
        whenIdle(beginLater);
      } else {
        const slow = setTimeout(() => {
          if (turn === visit) render(html`<p class="wrap page" role="status">${t('page.loading')}</p>`, stage());
        }, 250);
        try {
          for (const words of screen.words) words.load().catch(() => undefined); // the screen waits for them itself
          const opening = shared();
          if (screen.standsAlone) setTimeout(() => whenIdle(beginLater), STANDING_MS);
          else opening.then(({ begin }) => begin(), () => undefined); // told below
          const [module, opened] = await Promise.all([screen.load(), opening]);
          await newTurn(); // its code was read in this one; a slow phone draws in the next
          clearTimeout(slow);
          if (turn !== visit) return;
          shown = module;
          dispose = module.view(opened, stage());
        } catch {
          clearTimeout(slow);
          if (turn !== visit) return;
          message(t('page.broken'), t('page.brokenHelp'), () => void show(false));
        }
      }
    }
    if (!first) {
      scrollTo(0, 0);
      (main().querySelector<HTMLElement>('h1[tabindex]') ?? main()).focus({ preventScroll: true });
    }
  }

  let path = here().path;
  onPlace((place) => {
    if (place.path === path) return; // a step inside one screen is that screen's own matter
    path = place.path;
    void show(false);
  });
  onLanguage(() => {
    draw();
    if (shown && !shown.followsLanguage) void show(true);
  });
  onTheme(draw);
  addEventListener('online', draw);
  addEventListener('offline', draw);
  void t.load().then(() => {
    document.documentElement.lang = language();
    void show(true);
  });

  return {
    tell: (item) => {
      news = [...news, item];
      draw();
    },
  };
}
