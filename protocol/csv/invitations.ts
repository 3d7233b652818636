/**
 * Invitations, one per row: `Name,Branch[,Serial number][,Display name][,Tags][,Test][,Uses][,Days]`, columns in any order. A row with a
 * name is about one device, whose record it makes or overwrites; one without invites `Uses` devices into the branch.
 */
import { placeColumns, readCells, reportTwice, type Column, type DeviceCells } from './device-columns.ts';
import { Mistakes, neutralise, readTable, writeLine } from './table.ts';

export type InvitationRow = DeviceCells & { readonly branchId: string };

const allowed = ['Name', 'Branch', 'Serial number', 'Display name', 'Tags', 'Test', 'Uses', 'Days'] as const satisfies readonly Column[];

/** As `decodeDevices`. */
export function decodeInvitations(text: string, firstLine = 2, mostLines = Infinity): readonly InvitationRow[] {
  const [title, ...rows] = readTable(text, mostLines);
  const mistakes = new Mistakes();
  const places = placeColumns(title, allowed, mistakes);
  if (!places.has('Branch')) {
    mistakes.add(title?.line ?? 1, 'Branch', 'the title line must have a column "Branch"');
    mistakes.report();
  }
  const invitations = rows.map((row) => readCells({ ...row, line: row.line + firstLine - 2 }, places, ['Branch'], mistakes));
  for (const { line, name, uses = 1, serialNumber, displayName = '' } of invitations) {
    if (name !== undefined && uses !== 1) mistakes.add(line, 'Uses', 'a name is for one device: leave it out, or let one device use the link');
    if (name === undefined && serialNumber !== undefined) mistakes.add(line, 'Name', 'give the device of this serial number a name');
    if (name === undefined && displayName !== '') mistakes.add(line, 'Name', 'a display name is for one device: give it a name');
  }
  reportTwice(invitations, mistakes);
  mistakes.report();
  return invitations.map(({ branchId = '', ...rest }) => ({ branchId, ...rest }));
}

/** The first line of the file with the links. */
export const invitationLinksHeader = writeLine(['Name', 'Branch', 'Uses', 'Good until', 'Link']);

export interface InvitationLink {
  readonly deviceName?: string | undefined;
  readonly branchId: string;
  readonly uses: number;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  readonly link: string;
}

export function invitationLinkLine({ deviceName = '', branchId, uses, expiresAt, link }: InvitationLink): string {
  return writeLine([neutralise(deviceName), branchId, String(uses), new Date(expiresAt).toISOString(), link]);
}
