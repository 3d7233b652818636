/** The links of invitations as a CSV file, the one that the command line writes. */
import type { AnswerOf } from '../../../protocol/admin/operations.ts';

type Invited = AnswerOf<'importInvitations'>['items'][number];

export function linksFile(items: readonly Pick<Invited, 'deviceName' | 'branchId' | 'uses' | 'expiresAt' | 'link'>[]): string {
  const rows = items.map(({ deviceName = '', branchId, uses, expiresAt, link }) => [spreadsheetSafe(deviceName), branchId, uses, new Date(expiresAt).toISOString(), link].join(','));
  return ['Name,Branch,Uses,Good until,Link', ...rows, ''].join('\n');
}

/** A name may begin with "-", which a spreadsheet would take for a formula. Names, ids and links hold neither commas nor quotes. */
function spreadsheetSafe(name: string): string {
  return name.startsWith('-') ? `'${name}` : name;
}
