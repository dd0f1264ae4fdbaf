/** Where somebody stands after a step of a panel: they go on from there by keyboard, and hear it read out. */

/** At the next frame, when it has been drawn: the first of these that is there. */
export function focusOn(...selectors: string[]): void {
  requestAnimationFrame(() => {
    for (const selector of selectors) {
      const found = document.querySelector<HTMLElement>(selector);
      if (found) return found.focus();
    }
  });
}
