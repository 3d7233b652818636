/** Which texts of the sources the console may have to show: all but those that are said to devices, to files, to the log, or to programs. */
import { checkNames } from '../../../core/catalog/check-names.ts';
import { hasWords, textsOf, type Said } from './api-sentences.ts';

const spoken = ['core', 'protocol', 'functions/admin', 'functions/job-tables.ts', 'adapters/apns'];
/** Their other texts are expressions of what they drive. */
const speakInErrors = ['adapters/cloudfront', 'adapters/dynamodb', 'adapters/lambda', 'adapters/s3', 'adapters/secrets', 'adapters/sqs', 'console/api', 'console/parts', 'console/pages/register/upload'];

/** Said to others than the console, by file or folder. */
const notToTheConsole: Readonly<Record<string, readonly string[]>> = {
  'devices are answered by them': [
    'core/catalog/serve-manifest.ts', 'core/device/enrol-device.ts', 'core/device/invite.ts', 'core/device/record-for.ts', 'core/device/renew-identity.ts', 'core/instruction/serve-device.ts', 'core/inventory/take-evidence.ts',
    'protocol/check-in.ts', 'protocol/command.ts', 'protocol/connect.ts', 'protocol/declarations.ts', 'protocol/enrolment-page.ts', 'protocol/install-link.ts', 'protocol/plist-fields.ts', 'protocol/profile.ts', 'protocol/scep/',
    'protocol/signature.ts', 'protocol/signed-data.ts', 'protocol/status-report.ts', 'protocol/verification-link.ts',
  ],
  'functions alone hear of them': ['core/catalog/take-access.ts', 'core/instruction/command-id.ts', 'core/device/watch-push-certificate.ts', 'protocol/access-log.ts', 'protocol/outside-view.ts', 'protocol/turn-input.ts', 'protocol/wake-message.ts'],
  'they are content of a file or document': ['core/result/recount.ts', 'protocol/admin/openapi.ts', 'protocol/console-document.ts', 'protocol/csv/distribution-status.ts', 'protocol/csv/plan-targets.ts', 'protocol/qr.ts'],
};
const elsewhere = Object.values(notToTheConsole).flat();

/** Names and codes, which are the same in every language, and what stands in files and headers. */
const noSentences = new Set<string>([
  ...checkNames, '{} address', '{} certificate', '{} download', // names of checks have their words in console/vocabulary
  'Serial number', 'Display name', 'Distributed application', 'Smart device name', 'OS type', 'OS Type', 'os type', 'Application Name', 'Name of the target', 'Name of the target...', 'Type of the target',
  'Type of the target allowed to be distributed (always 0)', 'Good until', // columns of files, as they must be written
  '{} (attempt {})', 'RejectionReason {}', 'HTTP {}', '"another file"', 'Unicode replacement character',
  'an app version ends soon', 'an app version has ended', // lines of the log
]);

let read: readonly Said[] | undefined;

/** All texts, of one word and more. The sources are read once. */
export function saidToConsole(): readonly Said[] {
  read ??= [...textsOf(spoken), ...textsOf(speakInErrors, true)].filter(({ file, form }) => !elsewhere.some((path) => file.startsWith(path)) && !noSentences.has(form));
  return read;
}

/** Those that somebody has to read. */
export function sentencesToConsole(): readonly Said[] {
  return saidToConsole().filter(hasWords);
}
