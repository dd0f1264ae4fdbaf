/** A camera that looks for codes until one is taken. */

import type { Reader } from './reader';

export type CameraTrouble = 'denied' | 'none' | 'busy' | 'insecure' | 'readerFailed';

export class CameraError extends Error {
  constructor(readonly trouble: CameraTrouble) {
    super(trouble);
  }
}

export interface Camera {
  /** Whether there is a lamp to switch. */
  hasTorch: boolean;
  setTorch(on: boolean): Promise<void>;
  stop(): void;
}

/** A pause between two frames keeps the phone cool; four looks a second feel immediate. */
const PAUSE_MS = 120;

function troubleOf(error: unknown): CameraTrouble {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'none';
}

async function open(): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new CameraError('insecure');
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } },
    });
  } catch (error) {
    throw new CameraError(troubleOf(error));
  }
}

function nextFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(() => resolve());
    else requestAnimationFrame(() => resolve());
  });
}

/**
 * Shows the rear camera in `video` and gives each frame's texts to `onTexts`, which answers true when it has what it wanted.
 * `onTrouble` is called when the camera or the reader stops of itself.
 */
export async function openCamera(
  video: HTMLVideoElement,
  reader: Reader,
  onTexts: (texts: string[]) => Promise<boolean>,
  onTrouble: (trouble: CameraTrouble) => void,
): Promise<Camera> {
  const stream = await open();
  const track = stream.getVideoTracks()[0];
  let running = true;

  const stop = (): void => {
    running = false;
    for (const each of stream.getTracks()) each.stop();
    video.srcObject = null;
  };
  track?.addEventListener('ended', () => {
    if (!running) return;
    stop();
    onTrouble('busy');
  });
  video.srcObject = stream;
  video.muted = true;
  video.setAttribute('playsinline', ''); // or phones open it over the whole screen
  try {
    await video.play();
  } catch {
    stop();
    throw new CameraError('busy');
  }

  async function look(): Promise<void> {
    while (running) {
      await nextFrame(video);
      if (!running) return;
      const texts = await reader.frame(video);
      if (!running) return;
      if (texts.length > 0 && (await onTexts(texts))) return stop();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
  look().catch(() => {
    if (!running) return;
    stop();
    onTrouble('readerFailed');
  });

  // The lamp is no part of the DOM's types yet.
  const abilities = (track?.getCapabilities?.() ?? {}) as MediaTrackCapabilities & { torch?: boolean };
  return {
    hasTorch: abilities.torch === true,
    async setTorch(on) {
      await track?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
    },
    stop,
  };
}
