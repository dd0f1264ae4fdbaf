/** A USB or Bluetooth reader that types what it reads: a burst of keys that ends in Enter, wherever the focus is. */

export interface WedgeOptions {
  onText(text: string): void;
  /** The burst was no Latin text: an input method or another keyboard layout spoilt it. */
  onSpoilt(): void;
  /** A field of ours in which a reader may type, too: its text is taken and the field emptied. */
  field?(): HTMLTextAreaElement | HTMLInputElement | null;
}

/** Readers type a key every 1 to 30 ms, over Bluetooth with pauses; hands need 80 ms and more. */
const MEAN_GAP_MS = 45;
const LONGEST_GAP_MS = 150;
/** Until so many keys came at that pace it may be a hand. */
const SURE_AFTER = 3;
const SHORTEST = 8;
const LONGEST = 80_000;
/** What a code of a certificate begins with; in a field, only such text is taken out of it. */
const BEGINS = /^(HC1:|hc1:|LC1:|lc1:|shc:\/|SHC:\/|https:\/\/[^/ ]+\/l\/|HTTPS:\/\/[^/ ]+\/L\/|\{|PK)/;

/** With caps lock on, readers type the other case. */
function withoutCapsLock(text: string, capsLock: boolean): string {
  if (!capsLock || !/^(hc1:|lc1:|SHC:\/|HTTPS:\/\/)/.test(text)) return text;
  return text.replace(/[a-z]+|[A-Z]+/gi, (part) =>
    Array.from(part, (c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join(''),
  );
}

function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'file', 'range'].includes(target.type);
}

/** Listens until the function that it gives back is called. */
export function listenForReader({ onText, onSpoilt, field }: WedgeOptions): () => void {
  let text = '';
  let begun = 0;
  let last = 0;
  let keys = 0;
  let capsLock = false;
  let spoilt = false;

  const forget = (): void => {
    text = '';
    keys = 0;
    spoilt = false;
  };
  const isBurst = (): boolean => keys >= SURE_AFTER && (last - begun) / (keys - 1) <= MEAN_GAP_MS;

  function end(event: KeyboardEvent, inOwnField: boolean): void {
    const taken = withoutCapsLock(text, capsLock);
    const wasBurst = isBurst() && keys >= SHORTEST;
    const wasSpoilt = spoilt;
    forget();
    if (!wasBurst) return;
    if (inOwnField && !BEGINS.test(taken)) return;
    event.preventDefault();
    event.stopPropagation();
    const own = field?.();
    if (inOwnField && own) own.value = '';
    if (wasSpoilt) onSpoilt();
    else onText(taken);
  }

  const listen = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return forget();
    const inOwnField = event.target !== null && event.target === (field?.() ?? null);
    // Other people's fields are theirs.
    if (takesText(event.target) && !inOwnField) return forget();
    const { key, timeStamp } = event;
    if (key === 'Shift' || key === 'CapsLock') return;
    if (key === 'Enter' || key === 'Tab') return timeStamp - last > LONGEST_GAP_MS ? forget() : end(event, inOwnField);
    const isText = key.length === 1;
    if (!isText && key !== 'Process' && key !== 'Dead' && key !== 'Unidentified') return forget();
    if (timeStamp - last > LONGEST_GAP_MS || keys >= LONGEST) forget();
    if (keys === 0) begun = timeStamp;
    last = timeStamp;
    ++keys;
    capsLock = event.getModifierState('CapsLock');
    if (isText && key <= '~') text += key;
    else spoilt = true;
    // From here on a space must press no button and scroll no page. In a field the text stays to be seen.
    if (isBurst() && !inOwnField) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  // Before anybody else: a burst may hold keys that mean something here.
  addEventListener('keydown', listen, { capture: true });
  return () => removeEventListener('keydown', listen, { capture: true });
}
