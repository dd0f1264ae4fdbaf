/** What a screen is: it draws itself into `root` and gives back the function that clears it away. */

import type { Core } from '../core/facade';

export type View = (core: Core, root: HTMLElement) => () => void;

export interface ViewModule {
  view: View;
  /** True when the view draws itself again on `onLanguage`; otherwise the shell starts it anew. */
  followsLanguage?: boolean;
}
