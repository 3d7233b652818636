/** Reasons in plain words. Codes are stable; words are for administrators. */
import type { Reason } from './instruction.ts';

const words = {
  'user-rejected': 'The user declined the installation. Only a new instruction shows the prompt again.',
  'update-rejected': 'The user declined the update. Only a new instruction shows the prompt again.',
  'management-rejected': 'The user declined that the app be managed.',
  'user-installed': 'The user installed the app; the device does not manage it.',
  'install-failed': 'The device could not install the app.',
  'device-error': 'The device answered with an error.',
  'app-not-supported': 'The device cannot run this app.',
  'app-id-unverified': 'The device could not verify the app.',
  'app-store-disabled': 'Installing apps is switched off on the device.',
  'not-an-app': 'The device says that the package is no app.',
  'management-unsupported': 'The installed copy cannot be taken under management.',
  'refused-by-device': 'The device refused the instruction.',
  'malformed-command': 'The device did not understand the command. This is a fault of Wavecast.',
  'unreadable-report': 'The device answered with something that could not be read; the answer is kept as it came.',
  'left-management': 'The device left management before it had carried out the instruction.',
  'device-deleted': 'The device\'s record was deleted before it had carried out the instruction.',
  'not-finished': 'The installation did not finish before the deadline.',
  'not-removed': 'The device took the instruction, and had not said before the deadline that the app is gone.',
  'not-heard-from': 'The device was not heard from before the deadline.',
  'never-fetched': 'The device did not fetch the instruction before the deadline; it was withdrawn.',
  'already-installed': 'The device already has this version.',
  'not-installed': 'By what the device last reported the app is not on it.',
  'not-managed': 'The device does not manage its copy of the app: only its user can remove that.',
  'nothing-known': 'Nothing says that the app is on the device: it has not reported on it, and was never instructed to install it.',
  'not-enrolled': 'The device is not enrolled.',
  'os-too-old': 'The device\'s system is older than the app allows.',
  'wrong-device-family': 'The app does not run on this kind of device.',
  'not-provisioned': 'The ad hoc profile of the app does not list this device.',
  'other-instruction-live': 'Another instruction for this app is still live on the device.',
  'prompted-twice': 'The device was prompted twice for this version within a week.',
  'in-live-plan': 'A plan under way is still to instruct the device.',
  'newer-installed': 'The device has a newer version than the one instructed.',
  'queue-cleared': 'An administrator emptied the device\'s queue before the device fetched the instruction.',
  'plan-superseded': 'A later plan for the app took the place of this one before the device fetched the instruction.',
  'plan-cancelled': 'The plan was cancelled before the device fetched the instruction.',
} as const;

export type ReasonCode = keyof typeof words;

/** Reasons for which an instruction ends without the app: what may be taken up again by reason. */
export const reasonsOfFailure = [
  'user-rejected', 'update-rejected', 'management-rejected', 'install-failed', 'device-error', 'app-not-supported', 'app-id-unverified', 'app-store-disabled', 'not-an-app', 'management-unsupported', 'refused-by-device',
  'malformed-command', 'unreadable-report', 'left-management', 'not-finished', 'not-removed', 'not-heard-from', 'never-fetched', 'queue-cleared',
] as const satisfies readonly ReasonCode[];

export function reason(code: ReasonCode, deviceCodes: readonly string[] = []): Reason {
  return { code, words: words[code], ...(deviceCodes.length === 0 ? {} : { deviceCodes }) };
}

/** The words of a code that was stored, perhaps by another release: undefined for one that this one does not know. */
export function knownWords(code: string): string | undefined {
  const isCode = (text: string): text is ReasonCode => Object.hasOwn(words, text);
  return isCode(code) ? words[code] : undefined;
}

/** The standing words of a code. */
export function wordsOf(code: ReasonCode): string {
  return words[code];
}
