/** Line icons of 24 x 24, drawn for this page. All are decoration: the words beside them carry the meaning. */

import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit/html.js';

function icon(body: SVGTemplateResult): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${body}</svg>`;
}

export const iconShield = (): TemplateResult =>
  icon(svg`<path d="M12 2.8 4.5 5.6v5.6c0 4.7 3.1 8.3 7.5 10 4.4-1.7 7.5-5.3 7.5-10V5.6z"/><path d="m8.7 11.9 2.4 2.4 4.4-4.7"/>`);
export const iconForm = (): TemplateResult =>
  icon(svg`<rect x="4.5" y="3.5" width="15" height="17" rx="2.5"/><path d="M8 8.5h8M8 12.5h8M8 16.5h4.5"/>`);
export const iconScan = (): TemplateResult =>
  icon(svg`<path d="M4 8.5V6a2 2 0 0 1 2-2h2.5M15.5 4H18a2 2 0 0 1 2 2v2.5M20 15.5V18a2 2 0 0 1-2 2h-2.5M8.5 20H6a2 2 0 0 1-2-2v-2.5M4 12h16"/>`);
export const iconPeople = (): TemplateResult =>
  icon(svg`<circle cx="9" cy="8.2" r="3.5"/><path d="M2.8 19.5c.5-3.6 3-5.6 6.2-5.6s5.7 2 6.2 5.6M15.5 5a3.3 3.3 0 0 1 0 6.4M17.5 14.2c2.1.7 3.4 2.5 3.7 5.3"/>`);
export const iconMap = (): TemplateResult =>
  icon(svg`<path d="M9 4 3.5 6.2v13.6L9 17.6l6 2.4 5.5-2.2V4.2L15 6.4z"/><path d="M9 4v13.6M15 6.4V20"/>`);
export const iconArrow = (): TemplateResult => icon(svg`<path d="M4.5 12h15M13.5 6l6 6-6 6"/>`);
export const iconBack = (): TemplateResult => icon(svg`<path d="m14.5 5.5-6.5 6.5 6.5 6.5"/>`);
export const iconCheck = (): TemplateResult => icon(svg`<path d="m5 12.8 4.5 4.5L19 7"/>`);
export const iconClock = (): TemplateResult => icon(svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.3l3.4 2"/>`);
export const iconCloudOff = (): TemplateResult =>
  icon(svg`<path d="M7.3 18.5h9.2a4 4 0 0 0 1.2-7.8A6 6 0 0 0 8 6.8M5.5 9.8a4.4 4.4 0 0 0 1.8 8.7M3.5 3.5l17 17"/>`);
export const iconPlus = (): TemplateResult => icon(svg`<path d="M12 5v14M5 12h14"/>`);
export const iconPrint = (): TemplateResult =>
  icon(svg`<path d="M7 8.5V3.5h10v5M7 17H4.5v-6.5a2 2 0 0 1 2-2h11a2 2 0 0 1 2 2V17H17"/><rect x="7" y="14" width="10" height="6.5" rx="1"/>`);
export const iconSave = (): TemplateResult => icon(svg`<path d="M12 4v10.5M7.5 10.5 12 15l4.5-4.5M5 19.5h14"/>`);
export const iconSearch = (): TemplateResult => icon(svg`<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>`);
/** Half a sun, half a moon. */
export const iconTheme = (): TemplateResult =>
  icon(svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 3.5a8.5 8.5 0 0 1 0 17z" fill="currentColor"/>`);
export const iconWarn = (): TemplateResult =>
  icon(svg`<path d="M12 3.8 2.8 19.7h18.4z"/><path d="M12 10v4.5M12 17.2v.1"/>`);
export const iconClose = (): TemplateResult => icon(svg`<path d="m6 6 12 12M18 6 6 18"/>`);
