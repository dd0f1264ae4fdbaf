/** The first screen: three doors, and what is kept on this device. It needs neither the core nor the network. */

import { html, render, type TemplateResult } from 'lit/html.js';
import { rings } from './emblem';
import { iconArrow, iconCheck, iconForm, iconPeople, iconScan } from './icons';
import { onLanguage } from './language';
import { t } from './text';

interface Door {
  address: string;
  icon: () => TemplateResult;
  title: string;
  help: string;
}

function door(each: Door, rank: number): TemplateResult {
  return html`<li>
    <a class="door ${rank === 0 ? 'first' : ''}" href=${each.address} data-route="in">
      <span class="seal">${each.icon()}</span>
      <h2>${each.title} <span class="go">${iconArrow()}</span></h2>
      <p>${each.help}</p>
    </a>
  </li>`;
}

function promise(title: string, help: string): TemplateResult {
  return html`<li>
    <h3>${iconCheck()} ${title}</h3>
    <p>${help}</p>
  </li>`;
}

function screen(): TemplateResult {
  const doors: Door[] = [
    { address: '/khai-bao', icon: iconForm, title: t('home.declare'), help: t('home.declareHelp') },
    { address: '/xac-minh', icon: iconScan, title: t('home.verify'), help: t('home.verifyHelp') },
    { address: '/can-bo', icon: iconPeople, title: t('home.officials'), help: t('home.officialsHelp') },
  ];
  return html`
    <div class="hero">
      ${rings()}
      <div class="wrap">
        <h1 tabindex="-1">${t('home.title')}</h1>
        <p>${t('home.lead')}</p>
      </div>
    </div>
    <div class="wrap">
      <ul class="doors">
        ${doors.map(door)}
      </ul>
      <section class="mine-strip">
        <div>
          <h2>${t('home.mine')}</h2>
          <p>${t('home.mineHelp')}</p>
        </div>
        <a class="button second" href="/to-khai" data-route="in">${t('home.mineOpen')}</a>
      </section>
      <section class="mine-strip">
        <div>
          <h2>${t('home.wallet')}</h2>
          <p>${t('home.walletHelp')}</p>
        </div>
        <a class="button second" href="/vi-chung-nhan" data-route="in">${t('home.walletOpen')}</a>
      </section>
      <ul class="promises">
        ${promise(t('home.promise1'), t('home.promise1Help'))} ${promise(t('home.promise2'), t('home.promise2Help'))}
        ${promise(t('home.promise3'), t('home.promise3Help'))}
      </ul>
    </div>
  `;
}

export function home(root: HTMLElement): () => void {
  const draw = (): void => {
    render(screen(), root);
  };
  draw();
  return onLanguage(draw);
}
