/** Opens the camera inside the form and turns the code of a card into answers. */

import type { Core } from '../core/facade';
import { onLanguage } from '../app/language';
import { scanBox, type ScanBox } from '../scan/scan-box';
import { t as scanText } from '../scan/text';
import type { Answers } from './form-spec';
import { isOwn, ownCard } from './own-card';
import { t } from './text';

interface Scanned {
  family: string;
  /** What the code fills of a form, keyed as in the form. */
  person?: Answers;
}

export interface ScanPanel {
  close(): void;
}

/** `onFilled` gets the answers of the first card that was shown; other codes only get a remark and the camera goes on. */
export async function openScan(core: Core, place: HTMLElement, onFilled: (answers: Answers) => void): Promise<ScanPanel> {
  await scanText.load();
  const onTexts = async (texts: string[]): Promise<boolean> => {
    for (const text of texts) {
      const person = isOwn(text) ? await ownCard(core, text) : (await core.scan<Scanned>(text).catch((): Scanned => ({ family: 'opaque' }))).person;
      if (person && Object.keys(person).length > 0) {
        onFilled(person);
        return true;
      }
    }
    box.note(t(texts.some(isOwn) ? 'scan.notGenuine' : 'scan.unknown'));
    return false;
  };
  const box: ScanBox = scanBox(place, { onTexts });
  const leaveLanguage = onLanguage(() => box.draw());
  void box.openCamera();
  return {
    close() {
      leaveLanguage();
      box.dispose();
    },
  };
}
