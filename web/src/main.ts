import './style/fonts.css';
import './style/tokens.css';
import './style/base.css';
import './style/shell.css';
import './style/form.css';
import { startRouter } from './app/router';
import { startShell } from './app/shell';
import { startTheme } from './app/theme';

const host = document.getElementById('app');
if (!host) throw new Error('index.html has no #app');

startTheme();
startRouter();
const shell = startShell(host, async () => (await import('./core/facade')).openCore());

// From the second visit on, the worker has the second weight at hand before the first line is drawn. On the first it would come too
// late to be shown (fonts-bold.css), and all the page would be laid out again for it.
if (navigator.serviceWorker?.controller) void import('./style/fonts-bold.css');

// What a citizen does not need for the first answer waits until the page stands still.
addEventListener('load', () => {
  setTimeout(() => void import('./pwa/register').then(({ register }) => register(shell)), 1000);
});
