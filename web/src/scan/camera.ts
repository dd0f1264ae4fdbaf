/** A camera that looks for codes until one is taken. */

import type { FramePart, Reader } from './reader';

export type CameraTrouble = 'denied' | 'none' | 'busy' | 'insecure' | 'readerFailed';

export class CameraError extends Error {
  constructor(readonly trouble: CameraTrouble) {
    super(trouble);
  }
}

export interface CameraChoice {
  id: string;
  /** As the system names it; "" when it does not. */
  label: string;
}

export interface Camera {
  /** Whether there is a lamp to switch. */
  hasTorch: boolean;
  setTorch(on: boolean): Promise<void>;
  /** All cameras of this device; their names are known once one was allowed. */
  choices(): Promise<CameraChoice[]>;
  /** The one that looks now. */
  id: string;
  /** While paused the picture runs on and nothing is searched. */
  pause(is: boolean): void;
  stop(): void;
}

export interface CameraOptions {
  /** The camera that was chosen before; without it, or when it is gone, the rear one. */
  deviceId?: string;
  /** Given the texts of a frame and when it was shown (as performance.now() counts); true: the camera may close. */
  onTexts(texts: string[], shownAt: number): Promise<boolean>;
  /** The camera or the reader stopped of itself. */
  onTrouble(trouble: CameraTrouble): void;
}

/** Between two looks the phone rests as long as a look takes, so it is busy half of the time at most. */
const REST_MS = { least: 16, most: 400 } as const;
/** A scene that stands still without a code is looked at more rarely, until something moves. */
const STILL_AFTER_MS = 10_000;
const STILL_REST_MS = 300;
const PAUSED_MS = 60;

function troubleOf(error: unknown): CameraTrouble {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'none';
}

function ask(which: MediaTrackConstraints): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { ...which, width: { ideal: 1280 }, height: { ideal: 720 } },
  });
}

async function open(deviceId: string | undefined): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new CameraError('insecure');
  try {
    if (deviceId) {
      try {
        return await ask({ deviceId: { exact: deviceId } });
      } catch (error) {
        if (troubleOf(error) === 'denied') throw error;
      }
    }
    return await ask({ facingMode: { ideal: 'environment' } });
  } catch (error) {
    throw new CameraError(troubleOf(error));
  }
}

function nextFrame(video: HTMLVideoElement): Promise<number> {
  return new Promise((resolve) => {
    if ('requestVideoFrameCallback' in video) {
      video.requestVideoFrameCallback((now, { presentationTime }) => resolve(presentationTime || now));
    } else requestAnimationFrame(resolve);
  });
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function restAfter(took: number, stillFor: number): number {
  const rest = Math.min(REST_MS.most, Math.max(REST_MS.least, took));
  return stillFor > STILL_AFTER_MS ? Math.max(rest, STILL_REST_MS) : rest;
}

/** Shows a camera in `video` and looks for codes in its frames. CameraError when there is none to be had. */
export async function openCamera(video: HTMLVideoElement, reader: Reader, options: CameraOptions): Promise<Camera> {
  const stream = await open(options.deviceId);
  const track = stream.getVideoTracks()[0];
  let running = true;
  let paused = false;

  const stop = (): void => {
    running = false;
    for (const each of stream.getTracks()) each.stop();
    video.srcObject = null;
  };
  track?.addEventListener('ended', () => {
    if (!running) return;
    stop();
    options.onTrouble('busy');
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
    let part: FramePart = 'whole';
    let movedAt = performance.now();
    while (running) {
      const shownAt = await nextFrame(video);
      if (!running) return;
      if (paused || document.hidden) {
        await wait(PAUSED_MS);
        movedAt = performance.now();
        continue;
      }
      const begun = performance.now();
      const { texts, moved } = await reader.frame(video, part);
      if (!running) return;
      const now = performance.now();
      if (moved || texts.length > 0) movedAt = now;
      if (texts.length > 0 && !paused && (await options.onTexts(texts, shownAt))) return stop();
      part = part === 'whole' ? 'middle' : 'whole';
      await wait(restAfter(now - begun, now - movedAt));
    }
  }
  look().catch(() => {
    if (!running) return;
    stop();
    options.onTrouble('readerFailed');
  });

  // Lamp and focus are no part of the DOM's types yet.
  type Abilities = MediaTrackCapabilities & { torch?: boolean; focusMode?: string[] };
  const abilities: Abilities = track?.getCapabilities?.() ?? {};
  const apply = (one: object): Promise<void> =>
    track?.applyConstraints({ advanced: [one as MediaTrackConstraintSet] }) ?? Promise.resolve();
  if (abilities.focusMode?.includes('continuous')) void apply({ focusMode: 'continuous' }).catch(() => undefined);
  return {
    hasTorch: abilities.torch === true,
    setTorch: (on) => apply({ torch: on }),
    async choices() {
      const devices = await navigator.mediaDevices.enumerateDevices();
      const cameras = devices.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '');
      return cameras.map(({ deviceId, label }) => ({ id: deviceId, label }));
    },
    id: track?.getSettings().deviceId ?? '',
    pause(is) {
      paused = is;
    },
    stop,
  };
}
