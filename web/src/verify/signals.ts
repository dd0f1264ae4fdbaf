/** An answer for the ear and the hand, so that the eyes may stay on the person: each summary sounds and shakes its own way. */

import type { Settings } from './settings';
import type { Summary } from './verdict';

/** Hertz and milliseconds, one after the other; 0 Hz is silence. */
type Tune = readonly (readonly [hertz: number, ms: number])[];

/** Up for good, low and twice for bad, a question that goes down and up, one long middle tone, a short low one. */
const TUNES: Record<Summary, Tune> = {
  valid: [[880, 90], [1320, 150]],
  invalid: [[196, 260], [0, 90], [196, 420]],
  notTrusted: [[520, 130], [390, 130], [520, 200]],
  notChecked: [[440, 420]],
  unreadable: [[260, 110]],
};
const SHAKES: Record<Summary, number[]> = {
  valid: [70],
  invalid: [220, 90, 220],
  notTrusted: [80, 70, 80, 70, 80],
  notChecked: [350],
  unreadable: [40],
};
const LOUDNESS = 0.35;

let audio: AudioContext | null = null;

/** Browsers allow sound only once somebody has pressed something: called from such a press. */
export function openSound(): void {
  try {
    audio ??= new AudioContext();
    void audio.resume().catch(() => undefined);
  } catch {
    // No sound on this device; colour, shape and word say it.
  }
}

function play(tune: Tune, context: AudioContext): void {
  let at = context.currentTime;
  for (const [hertz, ms] of tune) {
    const end = at + ms / 1000;
    if (hertz > 0) {
      const tone = new OscillatorNode(context, { type: 'triangle', frequency: hertz });
      const volume = new GainNode(context, { gain: 0 });
      // Risen and fallen softly, or loudspeakers crack.
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.01);
      volume.gain.setValueAtTime(LOUDNESS, end - 0.02);
      volume.gain.linearRampToValueAtTime(0, end);
      tone.connect(volume).connect(context.destination);
      tone.start(at);
      tone.stop(end);
    }
    at = end;
  }
}

export function signal(summary: Summary, { sound, vibration }: Settings): void {
  if (vibration) navigator.vibrate?.(SHAKES[summary]);
  if (sound && audio?.state === 'running') play(TUNES[summary], audio);
}
