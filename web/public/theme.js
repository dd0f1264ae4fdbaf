// Before anything is painted: whether the page is light or dark, so that it never turns from one to the other while it opens. It is a file
// of its own because the page runs no script that stands in its HTML. What may change later is followed by src/app/theme.ts.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('lachan.theme');
  } catch {
    // Storage may be forbidden altogether.
  }
  const isDark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
})();
