import type { text as vi } from '../vi/scan';

export const text: Record<keyof typeof vi, string> = {
  camera: 'Open the camera',
  picture: 'Choose a picture',
  pictureHint: 'or drop a picture here',
  pictureLimit: 'A picture may have up to 8 MB.',
  aim: 'Hold the QR code inside the frame',
  looking: 'The camera is looking for a code…',
  opening: 'Opening the camera…',
  reading: 'Reading the picture…',
  stop: 'Close the camera',
  torchOn: 'Light on',
  torchOff: 'Light off',
  'trouble.denied': 'The browser may not use the camera. Allow it in the settings of this page, or choose a picture.',
  'trouble.none': 'No camera was found on this device. Choose a picture of the code.',
  'trouble.busy': 'The camera is in use by another app. Close that app and try again.',
  'trouble.insecure': 'This page was not opened over a secure connection, so it has no camera. Choose a picture.',
  'trouble.readerFailed': 'The code reader could not be loaded. Connect to a network once and try again, or paste the text.',
  'trouble.tooBig': 'The picture has more than 8 MB. Choose a smaller one, or take a screenshot.',
  'trouble.notPicture': 'This file is no picture that the browser can read.',
  'trouble.noCode': 'No QR code was found in the picture. Take it closer, with enough light and no glare.',
};
