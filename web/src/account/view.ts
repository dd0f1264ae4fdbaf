/** Officials: who is signed in decides what stands here. The session is the server's; the page only shows it. */

import '../style/records.css';
import '../style/work.css';
import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { CoreError, type Core, type Left, type Me } from '../core/facade';
import { iconForm, iconMap, iconPeople, iconWarn } from '../app/icons';
import { onLanguage } from '../app/language';
import { results, ruleText, rules, t as formText } from '../declaration/text';
import { worklist } from '../declaration/worklist';
import { t } from './text';

export const followsLanguage = true;

export function view(core: Core, root: HTMLElement): () => void {
  let gone = false;
  let stop: () => void = () => undefined;
  void Promise.all([t.load(), rules.load(), results.load(), formText.load()]).then(() => {
    if (!gone) stop = screen(core, root);
  });
  return () => {
    gone = true;
    stop();
  };
}

function sameWork(one: Me, other: Me): boolean {
  return one.user === other.user && JSON.stringify(one.grants) === JSON.stringify(other.grants);
}

function screen(core: Core, root: HTMLElement): () => void {
  let gone = false;
  let state: 'waiting' | 'out' | 'in' = 'waiting';
  let me: Me | null = null;
  let busy = false;
  let trouble = '';
  let news = '';
  let left: readonly Left[] = [];
  let stopWork: () => void = () => undefined;

  /** The flag comes with the session; a page of the last version may meet a server without it. */
  const mustChange = (): boolean => me !== null && 'mustChange' in me && me.mustChange === true;

  /** The frame of whoever worked here last stands before the server has said that the session holds. */
  async function recall(): Promise<void> {
    const last = await core.session.remembered().catch(() => null);
    if (state !== 'waiting' || !last) return;
    me = last;
    state = 'in';
    draw();
  }

  async function refresh(): Promise<void> {
    // Offline, whoever was signed in on this device goes on with what it holds.
    const found = await core.session.me().catch(() => me);
    // Compared with who is here now, not before the question: whoever signed out meanwhile knows that the session is over.
    if (me && !found) news = t('sign.ended');
    if (me && found && !sameWork(me, found)) stopWork();
    me = found;
    state = me ? 'in' : 'out';
    draw();
    if (!me) void lookForLeft();
  }

  async function lookForLeft(): Promise<void> {
    left = await core.session.left().catch(() => []);
    draw();
  }

  // ---- acting --------------------------------------------------------------------------------------------------

  function field(name: string): string {
    return root.querySelector<HTMLInputElement>(`[name="${name}"]`)?.value ?? '';
  }

  async function signIn(event: Event): Promise<void> {
    event.preventDefault();
    const user = field('user').trim();
    const password = field('password');
    if (user === '' || password === '') {
      fail(t('sign.empty'));
      return;
    }
    busy = true;
    trouble = '';
    news = '';
    draw();
    try {
      me = await core.session.signIn(user, password);
      state = 'in';
      busy = false;
      draw();
      root.querySelector<HTMLElement>('h1')?.focus();
    } catch (error) {
      busy = false;
      fail(signInTrouble(error));
    }
  }

  function signInTrouble(error: unknown): string {
    if (!(error instanceof CoreError)) return t('sign.failed');
    if (error.code === 'unauthorized' || error.code === 'forbidden') return t('sign.wrong');
    if (error.code === 'offline') return t('sign.offline');
    return error.rule === 'rate.sign_in' ? t('sign.tooMany') : t('sign.failed');
  }

  function fail(words: string): void {
    trouble = words;
    draw();
    requestAnimationFrame(() => root.querySelector<HTMLElement>('.summary')?.focus());
  }

  async function signOut(): Promise<void> {
    try {
      await core.session.signOut();
      news = '';
    } catch {
      news = t('sign.failed');
    }
    me = null;
    state = 'out';
    draw();
    root.querySelector<HTMLElement>('h1')?.focus();
    void lookForLeft();
  }

  async function changePassword(event: Event): Promise<void> {
    event.preventDefault();
    busy = true;
    trouble = '';
    draw();
    try {
      await core.session.changePassword(field('old'), field('new'));
      me = await core.session.me();
      busy = false;
      draw();
      root.querySelector<HTMLElement>('h1')?.focus();
    } catch (error) {
      busy = false;
      const why = error instanceof CoreError ? ruleText(error.rule || error.code) : '';
      fail(t('password.failed', { why }));
    }
  }

  // ---- drawing -------------------------------------------------------------------------------------------------

  function draw(): void {
    if (gone) return;
    document.title = `${t(state === 'in' ? 'work.title' : 'sign.title')} – Lá Chắn`;
    const working = state === 'in' && me !== null && !mustChange();
    if (!working) {
      stopWork();
      stopWork = () => undefined;
    }
    render(state === 'waiting' ? waitingPage() : page(working), root);
    const place = root.querySelector<HTMLElement>('.work');
    if (working && me && place && place.childElementCount === 0) stopWork = worklist(core, place, me, () => void refresh());
  }

  /** A place of its own, which goes as a whole: the page that follows begins with a bar, and nothing that is read is pushed down by it. */
  function waitingPage(): TemplateResult {
    return html`<div class="wrap page"><p role="status">${t('sign.waiting')}</p></div>`;
  }

  function page(working: boolean): TemplateResult {
    return html`${state === 'in' && me ? bar(me) : nothing}
      <div class="wrap page">
        ${state === 'out' ? signInPage() : nothing} ${state === 'in' && mustChange() ? passwordPage() : nothing}
        <div class="work" ?hidden=${!working}></div>
      </div>`;
  }

  function bar({ user, grants }: Me): TemplateResult {
    return html`<div class="work-bar no-print">
      <div class="wrap">
        <p>
          ${iconPeople()}
          <span
            ><b>${user}</b>
            ${grants.map(
              ({ role, unit, unitName }) => html`<span class="grant">${t.maybe(`role.${role}`) ?? role}, ${unitName ?? unit}</span>`,
            )}</span
          >
        </p>
        <a href="/sua-chung-nhan" data-route="in">${iconForm()} ${t('work.corrections')}</a>
        <a href="/ban-do" data-route="in">${iconMap()} ${t('work.map')}</a>
        <button class="link-button" type="button" @click=${() => void signOut()}>${t('sign.out')}</button>
      </div>
    </div>`;
  }

  function troubleBox(): TemplateResult | typeof nothing {
    if (trouble === '') return nothing;
    return html`<div class="summary" role="alert" tabindex="-1">
      <p class="error">${iconWarn()}<span>${trouble}</span></p>
    </div>`;
  }

  function signInPage(): TemplateResult {
    return html`<div class="sign">
      ${troubleBox()}
      <h1 tabindex="-1">${t('sign.title')}</h1>
      ${news ? html`<div class="notice" role="status"><p>${news}</p></div>` : nothing}
      ${left.map(
        ({ user, waiting }) =>
          html`<div class="notice warm" role="status">${iconWarn()}<p>${t('sign.left', { user, n: waiting })}</p></div>`,
      )}
      <p>${t('sign.lead')}</p>
      <form class="card" novalidate @submit=${(event: Event) => void signIn(event)}>
        <div class="question">
          <label for="user">${t('sign.user')}</label>
          <input class="input" id="user" name="user" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" />
        </div>
        ${secret('password', t('sign.password'), 'current-password')}
        <div class="actions">
          <button class="button" type="submit" ?disabled=${busy}>${busy ? t('sign.doing') : t('sign.do')}</button>
        </div>
      </form>
      <p class="soft">${t('sign.citizens')} <a href="/khai-bao" data-route="in">${formText('form.title')}</a></p>
    </div>`;
  }

  function passwordPage(): TemplateResult {
    return html`<div class="sign">
      ${troubleBox()}
      <h1 tabindex="-1">${t('password.title')}</h1>
      <p>${t('password.lead')}</p>
      <form class="card" novalidate @submit=${(event: Event) => void changePassword(event)}>
        ${secret('old', t('password.old'), 'current-password')}
        ${secret('new', t('password.new'), 'new-password', t('password.newHint'))}
        <div class="actions">
          <button class="button" type="submit" ?disabled=${busy}>${t('password.do')}</button>
        </div>
      </form>
    </div>`;
  }

  function secret(name: string, label: string, fill: 'current-password' | 'new-password', hint = ''): TemplateResult {
    const show = (event: Event): void => {
      const input = root.querySelector<HTMLInputElement>(`#${name}`);
      if (input && event.target instanceof HTMLInputElement) input.type = event.target.checked ? 'text' : 'password';
    };
    return html`<div class="question">
      <label for=${name}>${label}</label>
      ${hint ? html`<p class="hint" id="${name}-hint">${hint}</p>` : nothing}
      <input class="input" id=${name} name=${name} type="password" autocomplete=${fill} aria-describedby=${hint ? `${name}-hint` : nothing} />
      <label class="option plain">
        <input type="checkbox" @change=${show} /><span>${t('sign.show')}</span>
      </label>
    </div>`;
  }

  // ---- life ----------------------------------------------------------------------------------------------------

  const leaveLanguage = onLanguage(draw);
  const leaveSession = core.session.subscribe(() => void refresh());
  draw();
  void recall();
  void refresh();
  return () => {
    gone = true;
    stopWork();
    leaveLanguage();
    leaveSession();
  };
}
