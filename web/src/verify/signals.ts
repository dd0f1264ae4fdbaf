/** An answer for the ear and the hand, so that the eyes may stay on the person: each face sounds and shakes its own way. */

import type { Settings } from './settings';
import type { Face } from './verdict';

/** Hertz and milliseconds, one after the other; 0 Hz is silence. */
type Tune = readonly (readonly [hertz: number, ms: number])[];

/** Up for good, low and twice for bad, a question that goes down and up, one long middle tone, a short low one; two alike for a card, three
    for a place, and down for what is genuine and bad news. */
const TUNES: Record<Face, Tune> = {
  valid: [[880, 90], [1320, 150]],
  invalid: [[196, 260], [0, 90], [196, 420]],
  notTrusted: [[520, 130], [390, 130], [520, 200]],
  notChecked: [[440, 420]],
  unreadable: [[260, 110]],
  genuineCard: [[587, 110], [0, 70], [587, 110]],
  genuinePlace: [[587, 70], [0, 50], [587, 70], [0, 50], [587, 70]],
  positive: [[392, 200], [262, 380]],
};
const SHAKES: Record<Face, number[]> = {
  valid: [70],
  invalid: [220, 90, 220],
  notTrusted: [80, 70, 80, 70, 80],
  notChecked: [350],
  unreadable: [40],
  genuineCard: [60, 60, 60],
  genuinePlace: [40, 40, 40, 40, 40],
  positive: [200, 90, 300],
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

export function signal(face: Face, { sound, vibration }: Settings): void {
  if (vibration) navigator.vibrate?.(SHAKES[face]);
  if (sound && audio?.state === 'running') play(TUNES[face], audio);
}
